import type { Millis } from '../../candles/time.js'

/** What a key lets its owner do; each contains those before it. */
export const SCOPES = ['read', 'research', 'trade', 'admin'] as const

export type Scope = (typeof SCOPES)[number]

/** Whether a key of a scope may do what needs another one. */
export function allows(held: Scope, needed: Scope): boolean {
  return SCOPES.indexOf(held) >= SCOPES.indexOf(needed)
}

/** A key of the API. The secret itself is nowhere but with its owner. */
export interface ApiKey {
  /** Ten lower-case letters and digits, which stand in the key itself. */
  readonly keyId: string
  /** What its owner calls it. */
  readonly name: string
  /** What it lets its owner do. */
  readonly scope: Scope
  /** SHA-256 of the secret, in hexadecimal digits. */
  readonly secretHash: string
  /** When it was made, UTC milliseconds. */
  readonly createdAt: Millis
  /** From when on it is worth nothing, UTC milliseconds; null for never. */
  readonly expiresAt: Millis | null
  /** When it was taken back, UTC milliseconds; null where it was not. */
  readonly revokedAt: Millis | null
  /** When it was last used, to the minute, UTC milliseconds; null where it never was. */
  readonly usedAt: Millis | null
  /** The key that it was made from, and dies with; null for one that was made by hand. */
  readonly parentId: string | null
}

/** Keys of the API. */
export interface KeyRepository {
  /** Writes a new key down. */
  save(key: ApiKey): Promise<void>
  /** A key by its id; undefined where there is none. */
  find(keyId: string): Promise<ApiKey | undefined>
  /** Newest first. */
  list(): Promise<readonly ApiKey[]>
  /** Takes a key back, and those made from it. @returns whether it was there and worth something */
  revoke(keyId: string, at: Millis): Promise<boolean>
  /** Notes that a key was used. */
  touch(keyId: string, at: Millis): Promise<void>
}
