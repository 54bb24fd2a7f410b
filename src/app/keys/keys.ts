import { formatTime, formatTimeOrNull, type Millis } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import { SCOPES, type ApiKey, type Scope } from '../../core/ports/server/keys.js'
import { table } from '../../core/text-table.js'
import { oneOf, textOption, type Optional } from '../options/options.js'
import { findRecord } from '../records/record-lookup.js'
import type { Workspace } from '../workspace/compose.js'
import { nextLine } from '../output/next-line.js'
import type { Shown } from '../output/output.js'
import { drawKey, keyText, secretHash } from './secret.js'

const UNIT_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const NAME_LENGTH_MAX = 64

export type KeyOptions = Optional<{
  /** `read`, `research`, `trade` or `admin`. */
  scope: string
  /** How long it is worth something: `30d`, `12h`, `15m`. For ever where it is left out. */
  expires: string
  /** What its owner calls it. */
  name: string
}>

/** A key with the only text of it that there ever is. */
export interface MadeKey {
  readonly key: ApiKey
  readonly text: string
}

/** Who makes or takes back a key, and when. */
export interface KeyAct {
  readonly actor: string
  readonly at: Millis
}

/** Makes a key. @throws AppError USAGE, INVALID_SETTING */
export async function makeKey(
  workspace: Workspace,
  options: KeyOptions,
  { actor, at }: KeyAct,
  parentId: string | null = null,
): Promise<MadeKey> {
  const scope = scopeOf(options)
  const name = nameOf(options, scope)
  const lifeMs = lifeOf(textOption(options, 'expires'))
  const held = drawKey()
  const key: ApiKey = {
    keyId: held.keyId,
    name,
    scope,
    secretHash: secretHash(held.secret),
    createdAt: at,
    expiresAt: lifeMs === null ? null : at + lifeMs,
    revokedAt: null,
    usedAt: null,
    parentId,
  }
  await (await workspace.keys()).save(key)
  const { keyId, expiresAt } = key
  const expires = formatTimeOrNull(expiresAt)
  await noted(workspace, 'key.created', { actor, at }, { key_id: keyId, name, scope, expires })
  return { key, text: keyText(held) }
}

/** Takes a key back, with those made from it: it is worth nothing from its next request on. @throws AppError UNKNOWN_KEY */
export async function revokeKey(
  workspace: Workspace,
  reference: string,
  act: KeyAct,
): Promise<ApiKey> {
  const keys = await workspace.keys()
  const key = await findKey(workspace, reference)
  if (await keys.revoke(key.keyId, act.at)) {
    await noted(workspace, 'key.revoked', act, { key_id: key.keyId, name: key.name })
  }
  return (await keys.find(key.keyId))!
}

/** Makes a key like another one, and takes that one back. @throws AppError UNKNOWN_KEY */
export async function rotateKey(
  workspace: Workspace,
  reference: string,
  act: KeyAct,
): Promise<MadeKey> {
  const old = await findKey(workspace, reference)
  if (old.revokedAt !== null || (old.expiresAt ?? Infinity) <= act.at) {
    throw new AppError('UNKNOWN_KEY', `key ${old.keyId} is no longer valid`, {
      hint: `make a new one: assay keys create --scope ${old.scope}`,
    })
  }
  const minutes =
    old.expiresAt === null ? null : Math.ceil((old.expiresAt - old.createdAt) / 60_000)
  const expires = minutes === null ? undefined : `${minutes}m`
  const made = await makeKey(workspace, { scope: old.scope, name: old.name, expires }, act)
  await revokeKey(workspace, old.keyId, act)
  return made
}

/** A key by its id or the beginning of it. @throws AppError UNKNOWN_KEY */
async function findKey(workspace: Workspace, reference: string): Promise<ApiKey> {
  const keys = await workspace.keys()
  const all = await keys.list()
  return findRecord(
    {
      noun: 'key',
      code: 'UNKNOWN_KEY',
      hint: 'assay keys list shows them',
      get: id => keys.find(id),
      latest: () => Promise.resolve(all[0]),
      ids: () => Promise.resolve(all.map(({ keyId }) => keyId)),
    },
    reference,
  )
}

async function noted(
  workspace: Workspace,
  type: string,
  { actor, at }: KeyAct,
  what: Readonly<Record<string, unknown>>,
): Promise<void> {
  await (await workspace.audit()).append({ time: at, type, payload: { actor, ...what } })
}

/** A key as programs see it: nothing of its secret. */
export function keyJson(key: ApiKey, now: Millis): Record<string, unknown> {
  return {
    id: key.keyId,
    name: key.name,
    scope: key.scope,
    state: keyState(key, now),
    created_at: formatTime(key.createdAt),
    expires_at: formatTimeOrNull(key.expiresAt),
    revoked_at: formatTimeOrNull(key.revokedAt),
    used_at: formatTimeOrNull(key.usedAt),
    parent_id: key.parentId,
  }
}

/** Whether a key is worth something. */
export function keyState(
  { revokedAt, expiresAt }: ApiKey,
  now: Millis,
): 'valid' | 'expired' | 'revoked' {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'valid'
}

/** A new key, shown this once. */
export function madeKeyShown({ key, text }: MadeKey): Shown {
  const { keyId, name, scope, expiresAt } = key
  const until = expiresAt === null ? 'until it is revoked' : `until ${formatTime(expiresAt)}`
  return {
    text: [
      text,
      `key ${keyId} "${name}" may ${SCOPE_MEANINGS[scope]}, ${until}`,
      'It is shown this once: Assay keeps only a hash of it.',
      nextLine('assay serve', `send it as Authorization: Bearer KEY`),
    ].join('\n'),
    json: { key: text, id: keyId, name, scope, expires_at: formatTimeOrNull(expiresAt) },
  }
}

/** A key that was taken back. */
export function revokedKeyShown({ keyId, name }: ApiKey): Shown {
  return {
    text: `key ${keyId} "${name}" is no longer valid\n${nextLine('assay keys list')}`,
    json: { id: keyId, state: 'revoked' },
  }
}

/** How to call a server that has just begun to listen. */
export async function keysAdvice(workspace: Workspace): Promise<string> {
  const now = workspace.clock.now()
  const keys = await (await workspace.keys()).list()
  const valid = keys.filter(key => keyState(key, now) === 'valid').length
  return valid === 0
    ? 'no key is valid yet: assay keys create --scope trade makes one, in another terminal'
    : `${valid} ${valid === 1 ? 'key is' : 'keys are'} valid; assay keys create --scope read makes another`
}

const SCOPE_MEANINGS: Readonly<Record<Scope, string>> = {
  read: 'read',
  research: 'read, and start runs and sweeps',
  trade: 'read, start runs, change settings and command sessions',
  admin: 'do everything, keys and the audit log included',
}

/** All keys. */
export async function listKeys(workspace: Workspace, now: Millis): Promise<Shown> {
  const all = await (await workspace.keys()).list()
  const json = all.map(key => keyJson(key, now))
  if (all.length === 0) {
    return { text: `there is no key yet\n${nextLine('assay keys create --scope read')}`, json }
  }
  const rows = json.map(key => [
    String(key['id']),
    String(key['name']),
    String(key['scope']),
    String(key['state']),
    dayOf(key['expires_at']) ?? 'never',
    minuteOf(key['used_at']) ?? 'never',
  ])
  const heads = ['key', 'name', 'scope', 'state', 'expires', 'last used (UTC)']
  return {
    text: `${table(heads, rows)}\n\n${nextLine(`assay keys revoke ${all[0]!.keyId}`, 'take one back')}`,
    json,
  }
}

function dayOf(time: unknown): string | undefined {
  return typeof time === 'string' ? time.slice(0, 10) : undefined
}

function minuteOf(time: unknown): string | undefined {
  return typeof time === 'string' ? time.slice(0, 16).replace('T', ' ') : undefined
}

function scopeOf(options: KeyOptions): Scope {
  const text = textOption(options, 'scope')
  if (text !== undefined) return oneOf('--scope', text, SCOPES)
  throw new AppError('USAGE', '--scope is missing: what the key may do', {
    hint: `use ${SCOPES.map(scope => `${scope} (${SCOPE_MEANINGS[scope]})`).join('; ')}`,
  })
}

function nameOf(options: KeyOptions, scope: Scope): string {
  const name = textOption(options, 'name') ?? scope
  if (name.length <= NAME_LENGTH_MAX && !/\p{Cc}/u.test(name)) return name
  throw new AppError('USAGE', `--name "${name}" is no name for a key`, {
    hint: `use at most ${NAME_LENGTH_MAX} printable characters`,
  })
}

/** `30d` in milliseconds; null for what is not said. @throws AppError INVALID_SETTING */
function lifeOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const [, digits, unit] = /^(\d{1,7})([mhd])$/.exec(text) ?? []
  const ms = Number(digits) * (UNIT_MS[unit ?? ''] ?? NaN)
  if (ms > 0 && ms <= 3650 * UNIT_MS['d']!) return ms
  throw new AppError('INVALID_SETTING', `--expires is "${text}", but it must be from 1m to 3650d`, {
    hint: 'for example --expires 30d, 12h or 15m',
  })
}
