import type { Millis } from '../../../core/candles/time.js'
import type { Answer } from '../http/http-client.js'
import type { SourceKey, SourceLimits, SourceRequest, Verdict } from '../source.js'

/** What a source of prices says of a coin at a time. */
export interface PriceAnswer {
  /** In dollars, as the decimal that came in; null where the source has no price that it trusts. */
  readonly price: string | null
  /** The slot of the chain at which it was made; null where that is not said. */
  readonly slot: number | null
  /** The newest slot that anything in the answer has: the least that the chain has reached. */
  readonly newestSlot: number | null
}

/** A place that has the price of now and no candles: they are built from what is polled. */
export interface PriceSource {
  /** As users type it. */
  readonly name: string
  /** As pages show it. */
  readonly title: string
  /** Raised when the same answers give other candles. */
  readonly version: number
  /** The address that is asked where no other is given. */
  readonly address: string
  limits(hasKey: boolean): SourceLimits
  /** A key that it takes, and does without. */
  readonly key: SourceKey
  /** How often it is asked. */
  readonly pollMs: Millis
  /** How long after the end of a candle prices may still come for it. */
  readonly graceMs: Millis
  request(mint: string): SourceRequest
  judge(answer: Answer): Verdict
  /** @throws PageError */
  read(answer: Answer, mint: string): PriceAnswer
}

/** The adapter and its version, as it is noted with candles made of its prices. */
export function priceAdapterOf({ name, version }: PriceSource): string {
  return `${name} ${version}`
}
