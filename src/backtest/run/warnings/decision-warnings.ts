import type { Trade } from '../../../core/account/trade.js'
import { formatTime, type Millis } from '../../../core/candles/time.js'
import { formatFixed } from '../../../core/number-format.js'
import type { HistoryMiss } from '../../../core/strategy/moment.js'
import type { BacktestOutcome } from '../replay/outcome.js'

/** What a reader must know of decisions that did nothing, or something else than they said. */
export function intentWarnings({ exitsIgnored, idleLevels }: BacktestOutcome): string[] {
  const warnings: string[] = []
  if (exitsIgnored > 0) {
    warnings.push(
      `${times(exitsIgnored)} exits were named with an addition or with a repeated target, and ignored: keep({stopPrice, targetPrice}) moves levels.`,
    )
  }
  if (idleLevels > 0) {
    warnings.push(
      `${times(idleLevels)} a strategy kept a level that is looser than the settings’ own, which then did nothing.`,
    )
  }
  return warnings
}

/** What a reader must know of a strategy that looked back beyond the first candle. */
export function historyWarning({ strategy, view, ago, history, time, reads }: HistoryMiss): string {
  const before = history === 1 ? '1 candle' : `${formatFixed(history, 0)} candles`
  const more =
    reads === 1 ? '' : ` (the first of ${formatFixed(reads, 0)} reads before the first candle)`
  return `${strategy} read ${view}.at(${ago}) at the candle of ${formatTime(time)}, where the history had ${before}, and got NaN${more}. Declare an indicator with a warm-up of ${ago} candles, for the strategy is asked only once all of its indicators have a value, or test for NaN.`
}

/** Entries of one instant that there was no place or no cash for. */
export interface Crowding {
  readonly decidedByName: number
  readonly scaledEntries: number
}

/** What a reader must know where entries of one instant compete. */
export function crowdingWarnings({ decidedByName, scaledEntries }: Crowding): string[] {
  const warnings: string[] = []
  if (decidedByName > 0) {
    warnings.push(
      `${times(decidedByName)} a limit had room for only some entries, and only names decided for which: give them a priority.`,
    )
  }
  if (scaledEntries > 0) {
    warnings.push(
      `${times(scaledEntries)} an entry was made smaller than asked for, because cash or the exposure limit did not cover all entries of that instant.`,
    )
  }
  return warnings
}

/** What a reader must know of the shorts of a run, whatever they made. */
export function shortWarnings({ trades, openPositions }: BacktestOutcome): string[] {
  const shorts = trades.filter(({ side }) => side === 'short').length
  const open = openPositions.filter(({ quantity }) => quantity < 0).length
  if (shorts + open === 0) return []
  return [
    `Neither funding nor borrowing is charged for ${formatFixed(shorts + open, 0)} short ${shorts + open === 1 ? 'position' : 'positions'}.`,
  ]
}

const STOPS: readonly string[] = ['stop_loss', 'trailing_stop', 'break_even']

/** A strategy that is in again at once has no stop: it only pays for one. */
export function reentryWarnings(trades: readonly Trade[], timeframeMs: Millis): string[] {
  const last = new Map<string, Trade>()
  let count = 0
  for (const trade of trades) {
    const before = last.get(trade.strategy)
    last.set(trade.strategy, trade)
    if (before === undefined || !STOPS.includes(before.exitReason)) continue
    if (trade.entryTime - before.exitTime <= timeframeMs) count += 1
  }
  if (count * 2 <= trades.length) return []
  return [
    `${formatFixed(count, 0)} of ${formatFixed(trades.length, 0)} trades were entered straight after a stop, so the stop protected nothing; --cooldown makes them wait.`,
  ]
}

function times(count: number): string {
  return count === 1 ? 'Once' : `${formatFixed(count, 0)} times`
}
