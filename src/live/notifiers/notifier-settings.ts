import * as z from 'zod'
import { AppError } from '../../core/errors.js'
import { nearestName } from '../../core/names.js'
import type { Channel } from './channel.js'
import { logChannel } from './channels/log-channel.js'
import { mailChannel } from './channels/mail-channel.js'
import { telegramChannel } from './channels/telegram-channel.js'
import { webhookChannel } from './channels/webhook-channel.js'
import { NOTICE_KINDS } from './notice.js'

const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'name a variable of the environment')
const address = z.string().regex(/^\S+@\S+$|<\S+@\S+>$/, 'write an address of mail')

const channel = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('log') }),
  z.strictObject({
    type: z.literal('webhook'),
    url: z.url({ protocol: /^https?$/ }),
    secret_env: variable,
  }),
  z.strictObject({
    type: z.literal('telegram'),
    chat: z.union([z.string().min(1), z.number().int()]),
    token_env: variable,
    root: z.url({ protocol: /^https?$/ }).optional(),
  }),
  z.strictObject({
    type: z.literal('email'),
    host: z.string().min(1),
    port: z.number().int().min(1).max(65535),
    tls: z.enum(['implicit', 'starttls', 'none']).optional(),
    from: address,
    to: z.array(address).min(1),
    user: z.string().min(1).optional(),
    password_env: variable.optional(),
  }),
])

const settings = z.strictObject({
  channels: z.record(z.string().min(1), channel),
  /** Channels by kind of event; `*` ends a pattern. */
  kinds: z.record(z.string().min(1), z.array(z.string())),
})

/** The section `notifications` of a configuration file. */
export type NotifierSettings = z.infer<typeof settings>
type ChannelSettings = z.infer<typeof channel>

/** @throws AppError INVALID_CONFIG naming key and value */
export function readSettings(value: unknown, where: string): NotifierSettings {
  const parsed = settings.safeParse(value)
  if (!parsed.success) throw invalid(where, parsed.error.issues[0]!)
  const names = Object.keys(parsed.data.channels)
  for (const [kind, channels] of Object.entries(parsed.data.kinds)) {
    requireKind(where, kind)
    const unknown = channels.find(name => !names.includes(name))
    if (unknown === undefined) continue
    throw refused(`${where}: kinds."${kind}" names the channel "${unknown}", which is not there`, {
      known: names,
      name: unknown,
    })
  }
  return parsed.data
}

/** Whether an event of a kind goes where a pattern says: `order.*` is every kind of orders. */
export function isMeant(pattern: string, kind: string): boolean {
  return pattern.endsWith('*') ? kind.startsWith(pattern.slice(0, -1)) : kind === pattern
}

/**
 * Makes a channel of its settings. @throws AppError INVALID_CONFIG where a secret is not set
 * @param environment holds the secrets: no file does
 */
export function channelOf(
  name: string,
  found: ChannelSettings,
  { environment, log }: ChannelWorld,
): Channel {
  const secret = (variable: string): string => {
    const value = environment[variable]
    if (value !== undefined && value !== '') return value
    throw refused(`the channel "${name}" needs the variable ${variable}, which is not set`, {
      hint: `export ${variable}=...; secrets are never read from a file of settings`,
    })
  }
  switch (found.type) {
    case 'log':
      return logChannel(name, log)
    case 'webhook':
      return webhookChannel(name, { url: found.url, secret: secret(found.secret_env) })
    case 'telegram': {
      const { chat, token_env: token, root } = found
      return telegramChannel(name, { chat: String(chat), token: secret(token), root })
    }
    case 'email': {
      const { host, port, from, to, user, password_env: password } = found
      const tls = found.tls ?? (port === 465 ? 'implicit' : 'starttls')
      const login =
        user === undefined || password === undefined
          ? undefined
          : { user, password: secret(password) }
      return mailChannel(name, { host, port, tls, from, to, login })
    }
  }
}

/** Where channels find their secrets and write their lines. */
export interface ChannelWorld {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly log: (text: string) => void
}

function requireKind(where: string, kind: string): void {
  if (NOTICE_KINDS.some(known => isMeant(kind, known))) return
  throw refused(`${where}: "${kind}" is no kind of event`, { known: NOTICE_KINDS, name: kind })
}

function invalid(where: string, issue: z.core.$ZodIssue): AppError {
  const at = [where, ...issue.path.map(String)].join('.')
  if (issue.code === 'unrecognized_keys') {
    const isSecret = issue.keys.some(key => /token|secret|password/i.test(key))
    return refused(`${at} has an unknown key "${issue.keys[0]}"`, {
      hint: isSecret
        ? 'secrets come from the environment: name the variable by token_env, secret_env or password_env'
        : 'docs/notifications.md shows a whole section',
    })
  }
  return refused(`${at}: ${issue.message}`, { hint: 'docs/notifications.md shows a whole section' })
}

function refused(
  message: string,
  { hint, known = [], name = '' }: { hint?: string; known?: readonly string[]; name?: string },
): AppError {
  const near = nearestName(name, known)
  const instead = near === undefined ? `there are ${known.join(', ')}` : `did you mean "${near}"?`
  return new AppError('INVALID_CONFIG', message, { hint: hint ?? instead })
}
