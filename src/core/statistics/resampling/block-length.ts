/** Mean length of a block, in returns, for each way to draw blocks. */
export interface BlockLengths {
  /** For blocks of random length. */
  readonly stationary: number
  /** For blocks of one length. */
  readonly circular: number
}

/**
 * The automatic block length of Politis and White (2004) with the correction of Patton, Politis and
 * White (2009); from 1 to `min(3 √n, n / 3)`. The returns must differ.
 * https://doi.org/10.1081/ETC-120028836 https://doi.org/10.1080/07474930802459016
 */
export function blockLengths(returns: Float64Array): BlockLengths {
  const count = returns.length
  const lagsTested = Math.max(5, Math.floor(Math.log10(count)))
  const lagMax = Math.min(count - 1, Math.ceil(Math.sqrt(count)) + lagsTested)
  const covariances = autocovariances(returns, lagMax)
  const width = Math.min(2 * firstQuietLag(covariances, { count, lagsTested }), lagMax)
  let [slope, spectrum] = [0, covariances[0]!]
  for (let lag = 1; lag <= width; lag++) {
    const weight = lag / width <= 0.5 ? 1 : 2 * (1 - lag / width)
    slope += 2 * weight * lag * covariances[lag]!
    spectrum += 2 * weight * covariances[lag]!
  }
  const longest = Math.ceil(Math.min(3 * Math.sqrt(count), count / 3))
  const lengthBy = (scale: number): number => {
    const length = Math.cbrt(((2 * slope * slope) / (scale * spectrum * spectrum)) * count)
    return length >= 1 ? Math.min(length, longest) : 1
  }
  return { stationary: lengthBy(2), circular: lengthBy(4 / 3) }
}

function autocovariances(returns: Float64Array, lagMax: number): Float64Array {
  const count = returns.length
  let sum = 0
  for (const value of returns) sum += value
  const mean = sum / count
  return Float64Array.from({ length: lagMax + 1 }, (_, lag) => {
    let products = 0
    for (let k = lag; k < count; k++) products += (returns[k]! - mean) * (returns[k - lag]! - mean)
    return products / count
  })
}

/** The first lag from which on so many autocorrelations in a row are within chance. */
function firstQuietLag(
  covariances: Float64Array,
  { count, lagsTested }: { count: number; lagsTested: number },
): number {
  const limit = 2 * Math.sqrt(Math.log10(count) / count) * covariances[0]!
  let quiet = 0
  for (let lag = 1; lag < covariances.length; lag++) {
    quiet = Math.abs(covariances[lag]!) < limit ? quiet + 1 : 0
    if (quiet === lagsTested) return lag - lagsTested + 1
  }
  return covariances.length - 1
}
