import { formatTime } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import type { Clock } from '../../data/sources/clock.js'
import { isAway } from '../../live/away.js'
import type { Workspace } from '../workspace/compose.js'

/**
 * Refuses to ask a host that wants to be left alone, whichever process was told so.
 * @throws AppError SOURCE_PAUSED
 */
export async function requireUnpaused(
  workspace: Workspace,
  address: string,
  clock: Clock,
): Promise<void> {
  const { host } = new URL(address)
  const pause = await (await workspace.fetches()).pauseOf(host)
  if (pause === undefined || pause.until <= clock.now()) return
  throw new AppError(
    'SOURCE_PAUSED',
    `${host} must not be asked before ${formatTime(pause.until)}: ${pause.reason}`,
    {
      hint: 'wait until then, or use another source',
      data: { host, until: formatTime(pause.until) },
    },
  )
}

/** Writes down what is good to know and lost without harm: a database that is away ends nothing. */
export async function notedWhereItCan(
  { output }: Pick<Workspace, 'output'>,
  note: () => Promise<void>,
): Promise<void> {
  try {
    await note()
  } catch (error) {
    if (!isAway(error)) throw error
    output.log(`not written down: ${error.message}`)
  }
}
