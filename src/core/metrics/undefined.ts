import type { Metrics } from './metrics.js'

/** Why a metric has no value. */
export type UndefinedReason = 'no_trades' | 'no_losses' | 'no_deviation' | 'ruined' | 'too_short'

/** What else than the metrics decides. */
export interface UndefinedTerms {
  /** Daily returns that there were. */
  readonly days: number
  /** Whether equity came to nothing. */
  readonly isRuined: boolean
}

/**
 * Why each metric that is null has no value, in the order of the metrics. Apart from them, as the hash
 * of a result covers the metrics and a sweep measures a million of them.
 */
export function undefinedReasons(
  metrics: Metrics,
  terms: UndefinedTerms,
): Readonly<Partial<Record<keyof Metrics, UndefinedReason>>> {
  const reasons: Partial<Record<keyof Metrics, UndefinedReason>> = {}
  for (const name of Object.keys(metrics) as (keyof Metrics)[]) {
    if (metrics[name] === null) reasons[name] = reasonFor(name, metrics, terms)
  }
  return reasons
}

/** Whether a metric has no value because nothing was lost: that is better than any number. */
export function lacksLosses(name: keyof Metrics, metrics: Metrics): boolean {
  return metrics[name] === null && (NOTHING_LOST[name]?.(metrics) ?? false)
}

/** When a metric that is null would be endless, for those that lack of losses makes so. */
const NOTHING_LOST: Readonly<Partial<Record<keyof Metrics, (metrics: Metrics) => boolean>>> = {
  // Where returns have a deviation and none is below 0, some are above.
  sortino: ({ sharpe }) => sharpe !== null,
  calmar: ({ cagr, maxDrawdown }) => cagr !== null && cagr > 0 && maxDrawdown === 0,
  profitFactor: ({ winRate }) => winRate !== null && winRate > 0,
  averageLoss: ({ trades }) => trades > 0,
}

const OF_DAILY_RETURNS: ReadonlySet<keyof Metrics> = new Set(['sharpe', 'sortino', 'volatility'])

function reasonFor(name: keyof Metrics, metrics: Metrics, terms: UndefinedTerms): UndefinedReason {
  if (lacksLosses(name, metrics)) return 'no_losses'
  if (OF_DAILY_RETURNS.has(name)) {
    if (terms.isRuined || hasLostAll(metrics)) return 'ruined'
    return terms.days < 2 ? 'too_short' : withoutMoves(metrics)
  }
  if (name === 'cagr' || (name === 'calmar' && metrics.cagr === null)) {
    return terms.isRuined || metrics.finalEquity <= 0 ? 'ruined' : 'too_short'
  }
  if (name === 'calmar' || name === 'profitFactor') return withoutMoves(metrics)
  if (name === 'sqn') return metrics.trades === 1 ? 'too_short' : withoutMoves(metrics)
  // Win rate and expectancy, and the average win where no trade won.
  return 'no_trades'
}

function withoutMoves({ trades }: Metrics): UndefinedReason {
  return trades === 0 ? 'no_trades' : 'no_deviation'
}

/** Equity at or below zero is a fall of all there was. */
function hasLostAll({ maxDrawdown }: Metrics): boolean {
  return maxDrawdown >= 1
}
