import type { Candles } from '../candles/candles.js'
import { folded, type Fold } from './fold.js'
import { sourceKey, type Indicator, type Source, type Step } from './indicator.js'
import { checkPeriod } from './limits.js'
import { Window } from './window.js'

class MedianStep implements Step {
  next(candles: Candles, i: number): number {
    return (candles.high[i]! + candles.low[i]!) / 2
  }
}

class TypicalStep implements Step {
  next(candles: Candles, i: number): number {
    return (candles.high[i]! + candles.low[i]! + candles.close[i]!) / 3
  }
}

class MeanPriceStep implements Step {
  next(candles: Candles, i: number): number {
    return (candles.open[i]! + candles.high[i]! + candles.low[i]! + candles.close[i]!) / 4
  }
}

/** Median price, `(high + low) / 2`. https://www.tradingview.com/pine-script-reference/v5/#var_hl2 */
export function hl2(): Indicator {
  return { key: 'hl2', warmup: 0, start: () => new MedianStep() }
}

/** Typical price, `(high + low + close) / 3`. https://en.wikipedia.org/wiki/Typical_price */
export function hlc3(): Indicator {
  return { key: 'hlc3', warmup: 0, start: () => new TypicalStep() }
}

/** Mean of the four prices. https://www.tradingview.com/pine-script-reference/v5/#var_ohlc4 */
export function ohlc4(): Indicator {
  return { key: 'ohlc4', warmup: 0, start: () => new MeanPriceStep() }
}

/** Joins the newest value with the one `period` values ago. */
class SinceFold implements Fold {
  private readonly past: Window
  private readonly join: (now: number, before: number) => number

  constructor(period: number, join: (now: number, before: number) => number) {
    this.past = new Window(period + 1)
    this.join = join
  }

  push(value: number): number {
    if (value !== value || !this.past.push(value)) return NaN
    return this.join(value, this.past.at(this.past.length - 1))
  }
}

function since(
  name: string,
  period: number,
  source: Source,
  join: (now: number, before: number) => number,
): Indicator {
  checkPeriod(name, 'period', period)
  return folded({
    key: `${name}(${period},${sourceKey(source)})`,
    source,
    wait: period,
    fold: () => new SinceFold(period, join),
  })
}

/**
 * Momentum: the value less the one `period` candles ago, in units of the source.
 * https://en.wikipedia.org/wiki/Momentum_(technical_analysis)
 */
export function momentum(period: number, source: Source = 'close'): Indicator {
  return since('momentum', period, source, (now, before) => now - before)
}

/**
 * Rate of change over `period` candles in percent: 5 is 5 %. 0 where the old value is 0.
 * https://en.wikipedia.org/wiki/Momentum_(technical_analysis)
 */
export function roc(period: number, source: Source = 'close'): Indicator {
  return since('roc', period, source, (now, before) =>
    before === 0 ? 0 : ((now - before) / before) * 100,
  )
}

/**
 * Change over `period` candles as a fraction: 0.05 is 5 %. 0 where the old value is 0.
 * https://en.wikipedia.org/wiki/Relative_change
 */
export function percentChange(period: number, source: Source = 'close'): Indicator {
  return since('percentChange', period, source, (now, before) =>
    before === 0 ? 0 : (now - before) / before,
  )
}

/**
 * Natural logarithm of the value over the one `period` candles ago; 0 where their ratio is not
 * above 0. https://en.wikipedia.org/wiki/Rate_of_return#Logarithmic_or_continuously_compounded_return
 */
export function logReturn(period: number, source: Source = 'close'): Indicator {
  return since('logReturn', period, source, (now, before) => {
    const ratio = now / before
    return ratio > 0 && ratio < Infinity ? Math.log(ratio) : 0
  })
}
