import type { Candles } from '../../candles/candles.js'
import { ema } from '../averages/average.js'
import { paired } from '../fold.js'
import type { Indicator, Step } from '../indicator.js'
import { checkOrder, checkPeriod } from '../limits.js'
import { WindowSum } from '../sums/window-sum.js'

class ObvStep implements Step {
  private total = 0

  next({ close, volume }: Candles, i: number): number {
    if (i === 0) return 0
    if (close[i]! > close[i - 1]!) this.total += volume[i]!
    else if (close[i]! < close[i - 1]!) this.total -= volume[i]!
    return this.total
  }
}

/**
 * On-balance volume: volume added on up closes and subtracted on down closes, in base units, from
 * 0 at the first candle. Only its changes mean something: the level depends on where it began.
 * https://en.wikipedia.org/wiki/On-balance_volume
 */
export function obv(): Indicator {
  return { key: 'obv', warmup: 0, settle: Infinity, start: () => new ObvStep() }
}

/** Volume weighed by the place of the close in the range, -1 to 1; 0 where there is no range. */
function moneyFlow({ high, low, close, volume }: Candles, i: number): number {
  const range = high[i]! - low[i]!
  return range === 0 ? 0 : ((close[i]! - low[i]! - (high[i]! - close[i]!)) / range) * volume[i]!
}

class AccumulationStep implements Step {
  private total = 0

  next(candles: Candles, i: number): number {
    this.total += moneyFlow(candles, i)
    return this.total
  }
}

/**
 * Accumulation/distribution line: volume weighed by the place of the close in the range, summed
 * from the first candle, in base units. Only its changes mean something. A candle without a range
 * adds nothing. https://en.wikipedia.org/wiki/Accumulation/distribution_index
 */
export function accumulationDistribution(): Indicator {
  return {
    key: 'accumulationDistribution',
    warmup: 0,
    settle: Infinity,
    start: () => new AccumulationStep(),
  }
}

/**
 * Chaikin oscillator: the fast less the slow exponential average of the accumulation/distribution
 * line, each seeded as `ema` is, in base units.
 * https://en.wikipedia.org/wiki/Chaikin_Analytics
 */
export function chaikinOscillator(fast = 3, slow = 10): Indicator {
  checkPeriod('chaikinOscillator', 'fast', fast)
  checkPeriod('chaikinOscillator', 'slow', slow)
  checkOrder('chaikinOscillator', ['fast', fast], ['slow', slow])
  const line = { ...accumulationDistribution(), settle: 0 }
  // The level of the line cancels out of the difference, so its endless memory does not matter.
  return paired(
    `chaikinOscillator(${fast},${slow})`,
    [ema(fast, line), ema(slow, line)],
    (a, b) => a - b,
  )
}

class MoneyFlowStep implements Step {
  private readonly flow: WindowSum
  private readonly volume: WindowSum

  constructor(period: number) {
    this.flow = new WindowSum(period)
    this.volume = new WindowSum(period)
  }

  next(candles: Candles, i: number): number {
    this.flow.push(moneyFlow(candles, i))
    if (!this.volume.push(candles.volume[i]!)) return NaN
    return this.volume.sum === 0 ? 0 : this.flow.sum / this.volume.sum
  }
}

/**
 * Chaikin money flow, -1 to 1: volume weighed by the place of the close in the range, over all
 * volume; 0 where nothing was traded.
 * https://chartschool.stockcharts.com/table-of-contents/technical-indicators-and-overlays/technical-indicators/chaikin-money-flow-cmf
 */
export function chaikinMoneyFlow(period: number): Indicator {
  checkPeriod('chaikinMoneyFlow', 'period', period)
  return {
    key: `chaikinMoneyFlow(${period})`,
    warmup: period - 1,
    start: () => new MoneyFlowStep(period),
  }
}
