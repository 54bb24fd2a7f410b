/** A pair on a venue, as far as an order needs to know it. */
export interface Market {
  /** Name of the pair, such as SOL-USDC: base, then quote. */
  readonly symbol: string
  /** Smallest difference between two quantities, base units. Quantities are rounded down to it. */
  readonly step: number
  /** Smallest difference between two prices of resting orders; 0 where there is none. */
  readonly tick: number
  /** Smallest order by value, quote currency. Orders below it are refused. */
  readonly minNotional: number
  /** Whether a backtest may go short here. Spot through Jupiter is long only. */
  readonly shortable: boolean
}

/** SOL's step; other markets say theirs in the configuration file. */
const DEFAULT_STEP = 1e-9

export function defaultMarket(symbol: string): Market {
  return { symbol, step: DEFAULT_STEP, tick: 0, minNotional: 0, shortable: false }
}

/** The step of quantities or prices, and how many of them a unit holds: 0 where that is no whole number. */
export interface Lot {
  /** Smallest difference between two quantities, or two prices. */
  readonly step: number
  /** How many of them a unit holds; 0 where that is no whole number. */
  readonly perUnit: number
}

export function lotOf(step: number): Lot {
  const perUnit = Math.round(1 / step)
  return { step, perUnit: perUnit >= 1 && Math.abs(perUnit * step - 1) < 1e-12 ? perUnit : 0 }
}

/**
 * A quantity rounded down to a whole number of steps. A quotient that floats leave a little off a
 * whole number, by `max(1e-9, 1e-12 * quotient)`, is that number.
 */
export function roundDown(quantity: number, { step, perUnit }: Lot): number {
  const steps = perUnit > 0 ? quantity * perUnit : quantity / step
  const whole = isWhole(steps) ? Math.floor(steps + 0.5) : Math.floor(steps)
  return perUnit > 0 ? whole / perUnit : whole * step
}

/** A price rounded down to a whole number of ticks, with the same tolerance; unchanged without a tick. */
export function roundPriceDown(price: number, tick: Lot): number {
  return tick.step === 0 ? price : roundDown(price, tick)
}

/** A price rounded up to a whole number of ticks, with the same tolerance; unchanged without a tick. */
export function roundPriceUp(price: number, { step, perUnit }: Lot): number {
  if (step === 0) return price
  const ticks = perUnit > 0 ? price * perUnit : price / step
  const whole = isWhole(ticks) ? Math.floor(ticks + 0.5) : Math.ceil(ticks)
  return perUnit > 0 ? whole / perUnit : whole * step
}

function isWhole(steps: number): boolean {
  return Math.abs(steps - Math.floor(steps + 0.5)) <= Math.max(1e-9, 1e-12 * steps)
}
