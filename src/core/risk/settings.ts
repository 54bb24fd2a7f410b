import type { Exits } from '../strategy/intent.js'

/** How much of the account an entry may take: an amount of quote currency, or a share of equity. */
export type PositionSize =
  | { readonly kind: 'quote'; readonly amount: number }
  | { readonly kind: 'share'; readonly share: number }

/** A take-profit distance that holds from a number of closes since the entry on. */
export type RoiStep = readonly [closes: number, fraction: number]

/** Settings of one strategy on one market. Fractions of price; counts of closes. 0 is "none". */
export interface RiskSettings {
  /** Distance from the entry at which a loss is taken, fraction of price. */
  readonly stopLoss: number
  /** Distance from the entry at which a gain is taken, fraction of price. */
  readonly takeProfit: number
  /** Distance from the best price seen, fraction of price. */
  readonly trailingStop: number
  /** Gain of the best price from which on the trailing stop exists. */
  readonly trailingFrom: number
  /** Gain of the best price from which on the stop is at least the entry. */
  readonly breakEven: number
  /** Closes after which a position is left, the close of the entry candle the first. */
  readonly timeStop: number
  /** Closes after an exit at which entries are ignored. */
  readonly cooldown: number
  /** The most that a position may take; null for no cap. */
  readonly positionSize: PositionSize | null
  /** By closes, ascending; empty for none. */
  readonly roi: readonly RoiStep[]
}

export const NO_RISK_SETTINGS: RiskSettings = {
  stopLoss: 0,
  takeProfit: 0,
  trailingStop: 0,
  trailingFrom: 0,
  breakEven: 0,
  timeStop: 0,
  cooldown: 0,
  positionSize: null,
  roi: [],
}

/** The tighter of a limit that the user set and one that the strategy named; 0 is "none". */
export function tighterExit(setting: number, named: number | undefined): number {
  if (named === undefined || named === 0) return setting
  return setting === 0 ? named : Math.min(setting, named)
}

/** The steps of a record of closes and fractions, ascending. */
export function roiSteps(roi: Exits['roi']): readonly RoiStep[] {
  if (roi === undefined) return NO_STEPS
  return Object.entries(roi)
    .map(([closes, fraction]): RoiStep => [Number(closes), fraction])
    .sort(([a], [b]) => a - b)
}

/** The steps of a text such as `0:0.10,12:0.05`, or with `+` between them; empty for `none`. */
export function roiOf(text: string): readonly RoiStep[] {
  if (text === 'none') return NO_STEPS
  const parts = text.split(/[,+]/).map(part => part.split(':').map(Number))
  return parts.map(([closes, fraction]): RoiStep => [closes!, fraction!]).sort(([a], [b]) => a - b)
}

/** `0:0.1,12:0.05`; null for none. */
export function roiText(steps: readonly RoiStep[]): string | null {
  return steps.length === 0 ? null : steps.map(step => step.join(':')).join(',')
}

const NO_STEPS: readonly RoiStep[] = Object.freeze([])

/** The distance after so many closes; Infinity where no step has begun. */
export function roiAfter(steps: readonly RoiStep[], closes: number): number {
  let distance = Infinity
  for (const [since, fraction] of steps) if (since <= closes) distance = fraction
  return distance
}
