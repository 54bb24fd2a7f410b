import type { Millis } from '../../../core/candles/time.js'

/** Why an account entered nothing any more, before its run was over. */
export interface AccountStop {
  readonly reason: 'ruin' | 'max_drawdown'
  /** Open time of the candle at whose close it was found. */
  readonly at: Millis
  /** The limit that was reached, fraction; null for ruin. */
  readonly limit: number | null
  /** Share of the run's time from then on, 0 to 1. */
  readonly share: number
}

/** What is known of an account after its run. */
export interface StoppedAccount {
  readonly ruinedAt: Millis | null
  readonly haltedAt: Millis | null
  readonly timeframeMs: Millis
  /** Open times of the candles of the run. */
  readonly time: Float64Array
  /** The limit of max_drawdown, fraction; null for none. */
  readonly maxDrawdown: number | null
}

/** The end of trading before the end of the run, ruin before a limit; null where there was none. */
export function accountStop(account: StoppedAccount): AccountStop | null {
  const { ruinedAt, haltedAt, maxDrawdown } = account
  if (ruinedAt !== null) {
    return { reason: 'ruin', at: ruinedAt, limit: null, share: shareSince(account, ruinedAt) }
  }
  if (haltedAt === null) return null
  const share = shareSince(account, haltedAt)
  return { reason: 'max_drawdown', at: haltedAt, limit: maxDrawdown, share }
}

function shareSince({ time, timeframeMs }: StoppedAccount, at: Millis): number {
  const end = time[time.length - 1]! + timeframeMs
  return (end - at) / (end - time[0]!)
}
