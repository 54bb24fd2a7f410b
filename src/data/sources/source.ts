import type { Millis } from '../../core/candles/time.js'
import type { CandleRow } from '../../core/ports/market/candles.js'
import type { FetchPath } from '../../core/ports/market/coverage.js'
import type { Answer, HttpClient } from './http/http-client.js'

/** A candle as a source tells it: numbers as the decimals that came in, volume in units of the base. */
export interface SourceCandle extends CandleRow {
  /** In units of the quote; absent where the source has none. */
  readonly quoteVolume?: string
  /** What the source says of it; absent where it says nothing. */
  readonly isClosed?: boolean
}

/** Candles to ask for: all whose open lies in `since` (inclusive) to `until` (exclusive). */
export interface PageRequest {
  /** The market's name at the source. */
  readonly market: string
  readonly timeframe: string
  readonly timeframeMs: Millis
  readonly since: Millis
  readonly until: Millis
  /** The address of the base coin, where the market's pool must have it. */
  readonly base?: string | undefined
}

/** What is sent: a path below the source's address. */
export interface SourceRequest {
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What an answer says, before anything of it is judged. */
export interface Page {
  readonly candles: readonly SourceCandle[]
  /** The time of the source, where the body names it. */
  readonly sourceTime?: Millis
}

/** What an answer is, and what must be done about it. */
export type Verdict =
  /** It holds candles, or says that there are none. */
  | { readonly kind: 'answered' }
  /** The host wants no request for so long; then the same again. */
  | { readonly kind: 'wait'; readonly ms: Millis | null; readonly reason: string }
  /** The host bans us for so long: nothing more is asked, and the end is remembered. */
  | { readonly kind: 'banned'; readonly ms: Millis; readonly reason: string }
  /** It may be right the next time. */
  | { readonly kind: 'retry'; readonly reason: string }
  /** The source does not have it, by its own word: too old, or not in this plan. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** No request of this kind will do. */
  | { readonly kind: 'refused'; readonly why: Refusal; readonly reason: string }

/** Why a source does not answer, whatever is asked next. */
export type Refusal = 'market' | 'key' | 'blocked' | 'budget' | 'request'

/** What a request to a source costs, and how many there may be. */
export interface SourceLimits {
  /** So many requests ... */
  readonly requests: number
  /** ... in so long. */
  readonly perMs: Millis
  /** Most requests under way at once. */
  readonly parallel: number
}

/** The key that a source asks for, from the environment alone. */
export interface SourceKey {
  /** The environment variable that holds it. */
  readonly variable: string
  /** The header that carries it. */
  readonly header: string
}

/**
 * A place that has candles: how to ask it for a page, how to read the answer, and its limits. An
 * adapter does no I/O; asking, waiting, checking and storing exist once, beside it.
 */
export interface CandleSource {
  /** As users type it. */
  readonly name: string
  /** As pages show it. */
  readonly title: string
  /** Raised when the same answer is read as other candles. */
  readonly version: number
  /** The address that is asked where no other is given. */
  readonly address: string
  /** Addresses with the same markets, named where this one refuses. */
  readonly otherAddresses: readonly string[]
  readonly limits: SourceLimits
  /** Most candles in an answer. */
  readonly page: number
  /** How many candles back from now it has; null for all since the market began. */
  readonly depth: number | null
  /**
   * What names a market there: the pair of its coins, an account on Solana, or both coins with a
   * stroke between, which needs no entry in the symbol map.
   */
  readonly named: 'pair' | 'account' | 'unified'
  /** What its volume counts. Money is not stored as volume. */
  readonly volume: 'base' | 'usd'
  /** Whether a candle without trades is told flat, or left out. */
  readonly empty: 'flat' | 'omitted'
  /** How long after its end a candle may still be without its last trades. */
  readonly graceMs: Millis
  /** How long after its end a candle may still be changed. */
  readonly settleMs: Millis
  readonly key: SourceKey | null
  /** The timeframes whose boundaries are those of UTC. */
  readonly timeframes: readonly string[]
  /** How it is asked, where that is not by HTTP. */
  readonly through?: AskedThrough
  readonly archive?: ArchiveFiles
  readonly stream?: CandleStream
  request(asked: PageRequest): SourceRequest
  judge(answer: Answer): Verdict
  /** @throws PageError */
  read(answer: Answer, asked: PageRequest): Page
  /** The share of the limit that is used, where an answer tells. */
  load?(answer: Answer): number | null
}

/** A package that asks a source. */
export interface AskedThrough {
  readonly path: FetchPath
  /** Its name and version. */
  readonly package: string
  readonly client: HttpClient
}

/** Files of whole days and months, with checksums. */
export interface ArchiveFiles {
  readonly address: string
  /** The path of a file; its checksum lies beside it. */
  path(file: ArchiveFile): string
  /** The SHA-256 that a checksum file names; undefined where it is no such file. */
  checksum(text: string): string | undefined
  /** Most files under way at once. */
  readonly parallel: number
  /** How long after its end a day is published. */
  readonly delayMs: Millis
  /** @throws PageError */
  read(csv: string): readonly SourceCandle[]
}

/**
 * A stream that tells when a candle has closed. It is a hint, on which the source is asked at once:
 * what has closed, and with which values, is decided by the answer.
 */
export interface CandleStream {
  readonly address: string
  path(of: { readonly market: string; readonly timeframe: string }): string
  /** What a message says; anything that is not known is `other`. */
  read(message: string): StreamMessage
}

/** What a message of a stream says. */
export type StreamMessage =
  | { readonly kind: 'closed'; readonly candle: CandleRow }
  /** The source is about to end the connection. */
  | { readonly kind: 'ending' }
  | { readonly kind: 'other' }

/** A file of one day, or of one month. */
export interface ArchiveFile {
  readonly market: string
  readonly timeframe: string
  readonly kind: 'day' | 'month'
  readonly since: Millis
  readonly until: Millis
}

/** An answer that is no page of candles. */
export class PageError extends Error {}

/** The adapter and its version, as it is noted with what it fetched. */
export function adapterOf({ name, version, through }: CandleSource): string {
  return `${name} ${version}${through === undefined ? '' : ` (${through.package})`}`
}
