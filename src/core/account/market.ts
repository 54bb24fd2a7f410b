/** A pair on a venue, as far as an order needs to know it. */
export interface Market {
  readonly symbol: string
  /** Smallest difference between two quantities, base units. Quantities are rounded down to it. */
  readonly step: number
  /** Smallest order by value, quote currency. Orders below it are refused. */
  readonly minNotional: number
  /** Whether a backtest may go short here. Spot through Jupiter is long only. */
  readonly shortable: boolean
}

/** SOL's step; other markets say theirs in the configuration file. */
const DEFAULT_STEP = 1e-9

export function defaultMarket(symbol: string): Market {
  return { symbol, step: DEFAULT_STEP, minNotional: 0, shortable: false }
}

/** The step of quantities, and how many of them a unit holds: 0 where that is no whole number. */
export interface Lot {
  readonly step: number
  readonly perUnit: number
}

export function lotOf(step: number): Lot {
  const perUnit = Math.round(1 / step)
  return { step, perUnit: perUnit >= 1 && Math.abs(perUnit * step - 1) < 1e-12 ? perUnit : 0 }
}

/** A quantity rounded down to a whole number of steps. */
export function roundDown(quantity: number, { step, perUnit }: Lot): number {
  return perUnit > 0 ? Math.floor(quantity * perUnit) / perUnit : Math.floor(quantity / step) * step
}

/**
 * The whole number of steps nearest to `quantity`: for sums and differences of whole steps, which
 * floats leave a last digit off, so that rounding them down would lose a step.
 */
export function roundToStep(quantity: number, { step, perUnit }: Lot): number {
  return perUnit > 0 ? Math.round(quantity * perUnit) / perUnit : Math.round(quantity / step) * step
}
