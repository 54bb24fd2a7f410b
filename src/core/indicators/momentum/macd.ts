import { ema, sma } from '../averages/average.js'
import { EmaFold } from '../averages/average-fold.js'
import { fadeLength, folded, paired, type Fold } from '../fold.js'
import { sourceKey, type Indicator, type Source } from '../indicator.js'
import { checkOrder, checkPeriod } from '../limits.js'
import { hl2, momentum, roc } from '../price.js'
import { withParts } from '../parts.js'

interface Lines {
  readonly line: Indicator
  readonly signal: Indicator
  readonly histogram: Indicator
}

function withSignal(name: string, key: string, line: Indicator, signal: number): Lines {
  const average = ema(signal, line)
  return withParts(name, {
    line: { ...line, key: `${key}.line` },
    signal: { ...average, key: `${key}.signal` },
    histogram: paired(`${key}.histogram`, [line, average], (a, b) => a - b),
  })
}

function checkLines(name: string, fast: number, slow: number, signal: number): void {
  checkPeriod(name, 'fast', fast)
  checkPeriod(name, 'slow', slow)
  checkPeriod(name, 'signal', signal)
  checkOrder(name, ['fast', fast], ['slow', slow])
}

/**
 * Moving average convergence divergence, in units of the source: `line` is the fast less the slow
 * exponential average, `signal` the exponential average of it, `histogram` their difference.
 * https://en.wikipedia.org/wiki/MACD
 */
export function macd(fast = 12, slow = 26, signal = 9, source: Source = 'close'): Lines {
  checkLines('macd', fast, slow, signal)
  const key = `macd(${fast},${slow},${signal},${sourceKey(source)})`
  const line = paired(key, [ema(fast, source), ema(slow, source)], (a, b) => a - b)
  return withSignal('macd', key, line, signal)
}

/**
 * Percentage price oscillator: `macd` in percent of the slow average; 0 where that is 0.
 * https://chartschool.stockcharts.com/table-of-contents/technical-indicators-and-overlays/technical-indicators/percentage-price-oscillator-ppo
 */
export function ppo(fast = 12, slow = 26, signal = 9, source: Source = 'close'): Lines {
  checkLines('ppo', fast, slow, signal)
  const key = `ppo(${fast},${slow},${signal},${sourceKey(source)})`
  const line = paired(key, [ema(fast, source), ema(slow, source)], (a, b) =>
    b === 0 ? a * 0 : ((a - b) / b) * 100,
  )
  return withSignal('ppo', key, line, signal)
}

/**
 * Change in percent, from one candle to the next, of a triple smoothed exponential average.
 * https://en.wikipedia.org/wiki/Trix_(technical_analysis)
 */
export function trix(period: number, source: Source = 'close'): Indicator {
  checkPeriod('trix', 'period', period)
  const smooth = ema(period, ema(period, ema(period, source)))
  return { ...roc(1, smooth), key: `trix(${period},${sourceKey(source)})` }
}

class TsiFold implements Fold {
  private readonly slow: EmaFold
  private readonly fast: EmaFold
  private readonly slowSize: EmaFold
  private readonly fastSize: EmaFold

  constructor(slow: number, fast: number) {
    this.slow = new EmaFold(slow)
    this.fast = new EmaFold(fast)
    this.slowSize = new EmaFold(slow)
    this.fastSize = new EmaFold(fast)
  }

  push(change: number): number {
    const move = this.fast.push(this.slow.push(change))
    const size = this.fastSize.push(this.slowSize.push(Math.abs(change)))
    return size === 0 ? 0 : (100 * move) / size
  }
}

/**
 * True strength index, -100 to 100: the twice smoothed change over the twice smoothed size of the
 * change; 0 where the source has not moved at all. https://en.wikipedia.org/wiki/True_strength_index
 */
export function tsi(slow = 25, fast = 13, source: Source = 'close'): Indicator {
  checkPeriod('tsi', 'slow', slow)
  checkPeriod('tsi', 'fast', fast)
  checkOrder('tsi', ['fast', fast], ['slow', slow])
  const wait = slow - 1 + fast - 1
  return folded({
    key: `tsi(${slow},${fast},${sourceKey(source)})`,
    source: momentum(1, source),
    wait,
    settle: wait + fadeLength(2 / (slow + 1)) + fadeLength(2 / (fast + 1)),
    fold: () => new TsiFold(slow, fast),
  })
}

/**
 * Awesome oscillator: the simple average of the median price over `fast` candles less that over
 * `slow`, in units of price. https://www.tradingview.com/support/solutions/43000501826-awesome-oscillator-ao/
 */
export function awesomeOscillator(fast = 5, slow = 34): Indicator {
  checkPeriod('awesomeOscillator', 'fast', fast)
  checkPeriod('awesomeOscillator', 'slow', slow)
  checkOrder('awesomeOscillator', ['fast', fast], ['slow', slow])
  const averages = [sma(fast, hl2()), sma(slow, hl2())] as const
  return paired(`awesomeOscillator(${fast},${slow})`, averages, (a, b) => a - b)
}
