/** How the equity of an account is divided among its legs. */
export const ALLOCATION_METHODS = [
  'equal',
  'fixed',
  'volatility',
  'inverse-volatility',
  'kelly',
] as const

export type AllocationMethod = (typeof ALLOCATION_METHODS)[number]

/** How often weights are made anew. */
export const REBALANCES = ['1d', '1w', 'never'] as const

export type Rebalance = (typeof REBALANCES)[number]

/** The rule by which the legs of a portfolio get their weights. */
export interface Allocation {
  /** What weights follow from. */
  readonly method: AllocationMethod
  /** How often they are made anew. */
  readonly rebalance: Rebalance
  /** Volatility a year that `volatility` aims at, fraction. */
  readonly targetVolatility: number
  /** Days of daily closes from which a volatility is told. */
  readonly windowDays: number
  /** Share of Kelly's bet that `kelly` takes. */
  readonly kellyFraction: number
  /** The most that `kelly` gives a leg, share of equity. */
  readonly kellyCap: number
}

export const DEFAULT_ALLOCATION: Allocation = {
  method: 'equal',
  rebalance: '1w',
  targetVolatility: 0.2,
  windowDays: 30,
  kellyFraction: 0.5,
  kellyCap: 0.25,
}

/** Whether weights follow from what has happened, so that they change in the course of a run. */
export function isAdaptive({ method }: Allocation): boolean {
  return method !== 'equal' && method !== 'fixed'
}

const DAYS_A_YEAR = 365

/** A deviation below this is what floats leave of none at all. */
const NO_DEVIATION = 1e-13

/**
 * Volatility a year of closes that stand `days` apart: `sd(returns) * sqrt(365 * returns / span)`,
 * sd with n - 1. Null for fewer than two returns, or closes that do not move.
 */
export function annualVolatility(
  days: readonly number[],
  closes: readonly number[],
): number | null {
  const count = closes.length - 1
  if (count < 2) return null
  let sum = 0
  for (let k = 1; k <= count; k++) sum += closes[k]! / closes[k - 1]! - 1
  const mean = sum / count
  let squares = 0
  for (let k = 1; k <= count; k++) squares += (closes[k]! / closes[k - 1]! - 1 - mean) ** 2
  const deviation = Math.sqrt(squares / (count - 1))
  if (!(deviation >= NO_DEVIATION)) return null
  return deviation * Math.sqrt((DAYS_A_YEAR * count) / (days[count]! - days[0]!))
}

/**
 * Weights in proportion to 1 / volatility, 1 in sum. A leg without a volatility gets 1/n, and the
 * others divide what that leaves.
 */
export function inverseVolatilityWeights(volatilities: readonly (number | null)[]): number[] {
  const count = volatilities.length
  let total = 0
  let unknown = 0
  for (const value of volatilities) {
    if (value === null) unknown += 1
    else total += 1 / value
  }
  const rest = (count - unknown) / count
  return volatilities.map(value => (value === null ? 1 / count : rest / value / total))
}

/**
 * Weights at which each leg has its n-th part of the target when it is in the market:
 * `target / (n * volatility)`, together at most 1. A leg without a volatility gets 1/n.
 */
export function volatilityTargetWeights(
  volatilities: readonly (number | null)[],
  target: number,
): number[] {
  const count = volatilities.length
  return withinOne(
    volatilities.map(value => (value === null ? 1 / count : target / (count * value))),
  )
}

/** What the closed trades of a leg came to; `gain` and `loss` are sums of returns, both positive. */
export interface TradeRecord {
  /** How many have closed. */
  readonly trades: number
  /** How many with a gain. */
  readonly wins: number
  /** How many with a loss. */
  readonly losses: number
  /** Sum of the gains. */
  readonly gain: number
  /** Sum of the losses, above 0. */
  readonly loss: number
}

/** Trades that a leg must have closed before its own record decides. */
export const KELLY_TRADES = 20

/**
 * Kelly's bet of a record of trades, `W - (1 - W) / R`: W the share won, R the mean win by the mean
 * loss. Above 0 only with an edge; null for fewer trades than a record needs.
 */
export function kellyBet({ trades, wins, losses, gain, loss }: TradeRecord): number | null {
  if (trades < KELLY_TRADES) return null
  if (wins === 0) return 0
  const won = wins / trades
  if (losses === 0) return won
  const payoff = gain / wins / (loss / losses)
  return won - (1 - won) / payoff
}

/** A share of Kelly's bet for each leg, capped; 1/n for one that has no record yet; together at most 1. */
export function kellyWeights(
  records: readonly TradeRecord[],
  { kellyFraction, kellyCap }: Pick<Allocation, 'kellyFraction' | 'kellyCap'>,
): number[] {
  return withinOne(
    records.map(record => {
      const bet = kellyBet(record)
      if (bet === null) return 1 / records.length
      return Math.min(kellyCap, kellyFraction * Math.max(0, bet))
    }),
  )
}

/** The weights, scaled down together where they are more than the whole account. */
function withinOne(weights: readonly number[]): number[] {
  let total = 0
  for (const weight of weights) total += weight
  return total > 1 ? weights.map(weight => weight / total) : [...weights]
}
