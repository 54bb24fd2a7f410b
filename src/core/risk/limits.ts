/** Limits over the whole portfolio. Null is "no limit". */
export interface RiskLimits {
  /** Fall of equity from its peak, fraction. Closes everything; entries stop for good. */
  readonly maxDrawdown: number | null
  /** Fall of equity within a UTC day, fraction. Closes everything; entries stop until the next day. */
  readonly maxDailyLoss: number | null
  /** Value of all positions by equity. Entries are cut to it; a drift above it is sold off. */
  readonly maxExposure: number | null
  /** Positions held at one time, over all legs. */
  readonly maxOpenPositions: number | null
  /** Entries in a UTC day. */
  readonly maxTradesPerDay: number | null
  /** An entry decided longer ago than this before it could fill is refused, milliseconds. */
  readonly maxDataAgeMs: number | null
  /** Trades closed one after the other with a loss, over all legs. Entries stop until the next UTC day. */
  readonly maxLossStreak: number | null
  /** The most that one entry may cost, fee included, quote currency. Entries are cut to it. */
  readonly maxOrder: number | null
}

export const NO_RISK_LIMITS: RiskLimits = {
  maxDrawdown: null,
  maxDailyLoss: null,
  maxExposure: null,
  maxOpenPositions: null,
  maxTradesPerDay: null,
  maxDataAgeMs: null,
  maxLossStreak: null,
  maxOrder: null,
}

/** Whether any limit is set at all. */
export function hasLimits(limits: RiskLimits): boolean {
  return Object.keys(NO_RISK_LIMITS).some(name => limits[name as keyof RiskLimits] !== null)
}
