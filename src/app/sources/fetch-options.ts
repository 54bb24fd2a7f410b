import type { Amount, Optional, Time } from '../options/options.js'

/** How a source is reached. */
export type ReachOptions = Optional<{
  /** Another address for the source, for mirrors and tests. */
  sourceUrl: string
  /** A proxy, instead of what HTTPS_PROXY names. */
  proxy: string
  /** Requests in a second, instead of half of what the source allows. */
  rate: Amount
}>

/** Candles that are to be fetched. */
export type FetchOptions = {
  readonly symbols: readonly string[]
  readonly timeframe: string
} & ReachOptions &
  Optional<{
    source: string
    /** First open; where it is missing, where the last fetch began, or a year ago. */
    since: Time
    /** End, exclusive; now where it is missing. */
    until: Time
    /** Only say what would be asked. */
    dryRun: boolean
    /** Ask for what is known already, too. */
    again: boolean
    /** Let the source win over stored candles that are final; asks for what is known, too. */
    replace: boolean
  }>
