import { AppError } from '../errors.js'

/**
 * A length in candles. @throws AppError INVALID_PARAMETER unless it is a whole number of `min` or more
 */
export function checkPeriod(indicator: string, name: string, value: number, min = 1): void {
  if (Number.isInteger(value) && value >= min) return
  throw invalid(indicator, name, value, `must be a whole number of ${min} or more`)
}

/** A multiplier. @throws AppError INVALID_PARAMETER unless it is finite and above 0 */
export function checkFactor(indicator: string, name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return
  throw invalid(indicator, name, value, 'must be a number above 0')
}

/** Two lengths, the first the shorter. @throws AppError INVALID_PARAMETER */
export function checkOrder(
  indicator: string,
  shorter: readonly [name: string, value: number],
  longer: readonly [name: string, value: number],
): void {
  if (shorter[1] < longer[1]) return
  throw invalid(indicator, shorter[0], shorter[1], `must be below ${longer[0]} "${longer[1]}"`)
}

function invalid(indicator: string, name: string, value: number, limit: string): AppError {
  return new AppError('INVALID_PARAMETER', `${indicator} ${name} "${value}" ${limit}`, {
    hint: `give ${indicator} another ${name}, in the strategy or with --set`,
    data: { indicator, name, value },
  })
}
