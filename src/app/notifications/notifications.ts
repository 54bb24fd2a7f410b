import { AppError } from '../../core/errors.js'
import { readSettings, type NotifierSettings } from '../../live/notifiers/notifier-settings.js'
import { testChannels, type ChannelTest } from '../../live/notifiers/notifiers.js'
import { NOTIFICATIONS, readJson } from '../workspace/config.js'

/**
 * Reads whom to tell of events: the section `notifications` of a configuration file.
 * @throws AppError INVALID_CONFIG
 */
export async function readNotifications(path: string): Promise<NotifierSettings> {
  const section = (await readJson(path))[NOTIFICATIONS]
  if (section !== undefined) return readSettings(section, `${path}: ${NOTIFICATIONS}`)
  throw new AppError('INVALID_CONFIG', `file "${path}" has no section "${NOTIFICATIONS}"`, {
    hint: 'docs/notifications.md shows one',
  })
}

/** Sends a test message over each channel of a configuration file. @throws AppError INVALID_CONFIG */
export async function testNotifications(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
  log: (text: string) => void,
): Promise<readonly ChannelTest[]> {
  return testChannels(await readNotifications(path), { environment, log }, Date.now())
}
