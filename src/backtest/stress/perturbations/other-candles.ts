import { allocateCandles, type Candles } from '../../../core/candles/candles.js'
import { normal, seededRng } from '../../../core/random.js'
import { blockLengths } from '../../../core/statistics/resampling/block-length.js'
import { drawPath } from '../../../core/statistics/resampling/block-paths.js'
import { isConstant } from '../../../core/statistics/statistic.js'

/** Columns to write other candles into, with the times of these and the same markets beside them. */
export function stageFor({ timeframeMs, length, time, references = [] }: Candles): Candles {
  return { ...allocateCandles(timeframeMs, length), time, references }
}

/**
 * Writes the candles with noise: each price times `exp(share × range × z)`, `range` being
 * `(high - low) / open` of its own candle and z a normal number of its own. High and low then take
 * in what the others have become. A share of 0 changes nothing.
 */
export function addNoise(
  candles: Candles,
  stage: Candles,
  { share, seed }: { readonly share: number; readonly seed: number },
): void {
  const rng = seededRng(seed)
  for (let i = 0; i < candles.length; i++) {
    const width = (share * (candles.high[i]! - candles.low[i]!)) / candles.open[i]!
    const open = candles.open[i]! * Math.exp(width * normal(rng))
    const high = candles.high[i]! * Math.exp(width * normal(rng))
    const low = candles.low[i]! * Math.exp(width * normal(rng))
    const close = candles.close[i]! * Math.exp(width * normal(rng))
    stage.open[i] = open
    stage.close[i] = close
    stage.high[i] = Math.max(open, high, low, close)
    stage.low[i] = Math.min(open, high, low, close)
    stage.volume[i] = candles.volume[i]!
  }
}

/**
 * Writes candles drawn from these in stationary blocks: each keeps its shape, its volume and its
 * gap to the close before it, and prices go on from the first open. Times stay where they are.
 */
export function drawCandles(
  candles: Candles,
  stage: Candles,
  { blockLength, seed }: { readonly blockLength: number; readonly seed: number },
): void {
  const { open, high, low, close, volume } = candles
  const places = new Int32Array(candles.length)
  drawPath(places, seededRng(seed), { method: 'stationary', length: blockLength })
  let last = open[0]!
  for (let i = 0; i < candles.length; i++) {
    const place = places[i]!
    // The first candle has no gap, and none is made where it is drawn, or put first.
    const gap = place === 0 || i === 0 ? 1 : open[place]! / close[place - 1]!
    const scale = (last * gap) / open[place]!
    stage.open[i] = open[place]! * scale
    stage.high[i] = high[place]! * scale
    stage.low[i] = low[place]! * scale
    stage.close[i] = close[place]! * scale
    stage.volume[i] = volume[place]!
    last = stage.close[i]!
  }
}

/** Candles that a block length is found from at most: the first ones. */
const MEASURED_MAX = 200_000

/** The automatic block length of the returns from close to close. */
export function candleBlockLength({ close, length }: Candles): number {
  const count = Math.min(length, MEASURED_MAX) - 1
  if (count < 10) return 1
  const returns = Float64Array.from({ length: count }, (_, k) => close[k + 1]! / close[k]! - 1)
  return isConstant(returns) ? 1 : blockLengths(returns).stationary
}
