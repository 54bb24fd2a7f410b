import { keyState } from '../../app/keys/keys.js'
import { matchesHash, parseKeyText, secretHash } from '../../app/keys/secret.js'
import type { Clock } from '../../core/ports/clock.js'
import type { ApiKey, KeyRepository } from '../../core/ports/server/keys.js'
import type { Caller } from './caller.js'

/** A key that was taken back elsewhere is honoured no longer than this. */
const CACHE_MS = 1000
const CACHE_KEYS_MAX = 1000
const MINUTE_MS = 60_000

/** Why a request is not let in. */
export type Refusal = 'missing' | 'malformed' | 'unknown' | 'expired' | 'revoked'

/** Looks keys up, and remembers for a second what it found. */
export class KeyRing {
  private readonly found = new Map<
    string,
    { readonly key: Promise<ApiKey | undefined>; readonly at: number }
  >()
  private readonly keys: () => Promise<KeyRepository>
  private readonly clock: Clock

  constructor(keys: () => Promise<KeyRepository>, clock: Clock) {
    this.keys = keys
    this.clock = clock
  }

  /** Who sends an `Authorization` header, or why nobody that we know. */
  async check(header: string | undefined): Promise<Caller | Refusal> {
    if (header === undefined) return 'missing'
    const [, text] = /^Bearer +(\S+)$/i.exec(header) ?? []
    const held = parseKeyText(text ?? '')
    if (held === null) return 'malformed'
    const key = await this.lookUp(held.keyId)
    // An unknown id takes as long as a wrong secret.
    const matches = matchesHash(held.secret, key?.secretHash ?? secretHash(''))
    if (key === undefined || !matches) return 'unknown'
    const state = keyState(key, this.clock.now())
    if (state !== 'valid') return state
    await this.note(key)
    return { keyId: key.keyId, name: key.name, scope: key.scope }
  }

  /** Whether a key that was let in still is: for streams. */
  async isValid(keyId: string): Promise<boolean> {
    const key = await this.lookUp(keyId)
    return key !== undefined && keyState(key, this.clock.now()) === 'valid'
  }

  /** Forgets what was remembered, after a change that was made here. */
  forget(): void {
    this.found.clear()
  }

  private async lookUp(keyId: string): Promise<ApiKey | undefined> {
    const now = this.clock.monotonic()
    const known = this.found.get(keyId)
    if (known !== undefined && now - known.at < CACHE_MS) return known.key
    // Many who ask at once are one question.
    const key = this.keys().then(keys => keys.find(keyId))
    if (this.found.size >= CACHE_KEYS_MAX) this.found.clear()
    this.found.set(keyId, { key, at: now })
    key.catch(() => this.found.delete(keyId))
    return key
  }

  /** To the minute, so that reads are not writes. */
  private async note(key: ApiKey): Promise<void> {
    const now = this.clock.now()
    const minute = now - (now % MINUTE_MS)
    if ((key.usedAt ?? 0) >= minute) return
    const noted = Promise.resolve({ ...key, usedAt: minute })
    this.found.set(key.keyId, { key: noted, at: this.clock.monotonic() })
    await (await this.keys()).touch(key.keyId, minute)
  }
}
