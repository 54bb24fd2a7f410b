/** The most a position may spend: quote currency, or a share of equity. */
export type PositionSize =
  | { readonly kind: 'quote'; readonly amount: number }
  | { readonly kind: 'share'; readonly share: number }

/** Settings of one strategy on one market. Fractions of price; counts of closes. 0 is "none". */
export interface RiskSettings {
  readonly stopLoss: number
  readonly takeProfit: number
  readonly trailingStop: number
  readonly timeStop: number
  readonly cooldown: number
  readonly positionSize: PositionSize | null
}

export const NO_RISK_SETTINGS: RiskSettings = {
  stopLoss: 0,
  takeProfit: 0,
  trailingStop: 0,
  timeStop: 0,
  cooldown: 0,
  positionSize: null,
}

/** Limits over the whole portfolio. Null is "no limit". */
export interface RiskLimits {
  /** Fall of equity from its peak, fraction. Closes everything; entries stop for good. */
  readonly maxDrawdown: number | null
  /** Fall of equity within a UTC day, fraction. Closes everything; entries stop until the next day. */
  readonly maxDailyLoss: number | null
  /** Value of all positions by equity. Entries are cut to it; a drift above it is sold off. */
  readonly maxExposure: number | null
  readonly maxOpenPositions: number | null
  /** Entries in a UTC day. */
  readonly maxTradesPerDay: number | null
  /** An entry decided longer ago than this before it could fill is refused, milliseconds. */
  readonly maxDataAgeMs: number | null
}

export const NO_RISK_LIMITS: RiskLimits = {
  maxDrawdown: null,
  maxDailyLoss: null,
  maxExposure: null,
  maxOpenPositions: null,
  maxTradesPerDay: null,
  maxDataAgeMs: null,
}

/** Whether any limit is set at all. */
export function hasLimits(limits: RiskLimits): boolean {
  return Object.keys(NO_RISK_LIMITS).some(name => limits[name as keyof RiskLimits] !== null)
}

/** The tighter of a limit that the user set and one that the strategy named; 0 is "none". */
export function tighterExit(setting: number, named: number | undefined): number {
  if (named === undefined || named === 0) return setting
  return setting === 0 ? named : Math.min(setting, named)
}
