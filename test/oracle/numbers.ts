/** The tolerances of the page, each in one place. */

const TOLERANCE = 1e-12

/** "`x` is above `y` where `x - y > 1e-12 x max(|x|, |y|)`". */
export function isAbove(x: number, y: number): boolean {
  return x - y > TOLERANCE * Math.max(Math.abs(x), Math.abs(y))
}

/** At or above, with the tolerance: "not below". */
export function isAtLeast(x: number, y: number): boolean {
  return !isAbove(y, x)
}

/** Rounded down, where a quotient that is whole within the tolerance is that whole number. */
export function wholeSteps(quantity: number, step: number): number {
  const quotient = quantity / step
  const nearest = Math.round(quotient)
  const isWhole = Math.abs(quotient - nearest) <= Math.max(1e-9, TOLERANCE * quotient)
  return isWhole ? nearest : Math.floor(quotient)
}

export function roundDown(quantity: number, step: number): number {
  return quantity > 0 ? wholeSteps(quantity, step) * step : 0
}

/** "Prices are rounded to the market's tick away from the market." */
export function roundPrice(price: number, tick: number, towards: 'down' | 'up'): number {
  if (tick === 0) return price
  const below = wholeSteps(price, tick)
  const isWhole = Math.abs(price / tick - below) <= Math.max(1e-9, TOLERANCE * below)
  return (towards === 'down' || isWhole ? below : below + 1) * tick
}
