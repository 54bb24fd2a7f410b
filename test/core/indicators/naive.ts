import type { Candles, Column } from '../../../src/core/candles/candles.js'

/**
 * Every indicator once more, as its formula reads: whole arrays, each window summed anew, nothing
 * shared with the library. Slow and plain on purpose. NaN where there is no value.
 */
type Values = readonly number[]

interface Rows {
  readonly time: Values
  readonly open: Values
  readonly high: Values
  readonly low: Values
  readonly close: Values
  readonly volume: Values
  readonly timeframeMs: number
}

function rows(candles: Candles): Rows {
  const column = (name: Column | 'time'): Values => [...candles[name].subarray(0, candles.length)]
  return {
    time: column('time'),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
    timeframeMs: candles.timeframeMs,
  }
}

const total = (values: Values): number => values.reduce((sum, value) => sum + value, 0)
const mean = (values: Values): number => total(values) / values.length
const max = (values: Values): number => values.reduce((a, b) => (b > a ? b : a))
const min = (values: Values): number => values.reduce((a, b) => (b < a ? b : a))
const zip = (a: Values, b: Values, f: (x: number, y: number) => number): number[] =>
  a.map((x, i) => f(x, b[i]!))
const ratio = (a: number, b: number, otherwise: number): number =>
  Number.isNaN(a) || Number.isNaN(b) ? NaN : b === 0 ? otherwise : a / b

/** `f` of each full window of `n` values, oldest first. */
function rolling(values: Values, n: number, f: (window: Values) => number): number[] {
  return values.map((_, i) => {
    const window = values.slice(Math.max(0, i - n + 1), i + 1)
    return window.length < n || window.some(Number.isNaN) ? NaN : f(window)
  })
}

const ago = (values: Values, n: number): number[] => values.map((_, i) => values[i - n] ?? NaN)
const smaOf = (values: Values, n: number): number[] => rolling(values, n, mean)

/** `next` from the mean of the first `n` values. */
function recursive(
  values: Values,
  n: number,
  next: (before: number, value: number) => number,
): number[] {
  const first = values.findIndex(value => !Number.isNaN(value))
  const begin = first < 0 ? Infinity : first + n - 1
  const result: number[] = []
  values.forEach((value, i) => {
    if (i < begin) result.push(NaN)
    else if (i === begin) result.push(mean(values.slice(first, first + n)))
    else result.push(next(result[i - 1]!, value))
  })
  return result
}

const emaOf = (values: Values, n: number): number[] =>
  recursive(values, n, (before, x) => (1 - 2 / (n + 1)) * before + (2 / (n + 1)) * x)
const rmaOf = (values: Values, n: number): number[] =>
  recursive(values, n, (before, x) => before + (x - before) / n)
const wmaOf = (values: Values, n: number): number[] =>
  rolling(values, n, w => total(w.map((x, k) => x * (k + 1))) / total(w.map((_, k) => k + 1)))

const typical = (r: Rows): number[] => r.close.map((c, i) => (r.high[i]! + r.low[i]! + c) / 3)
const median = (r: Rows): number[] => zip(r.high, r.low, (h, l) => (h + l) / 2)
const changes = (values: Values): number[] => zip(values, ago(values, 1), (a, b) => a - b)
const ranges = (r: Rows): number[] =>
  r.close.map((_, i) =>
    i === 0
      ? NaN
      : Math.max(
          r.high[i]! - r.low[i]!,
          Math.abs(r.high[i]! - r.close[i - 1]!),
          Math.abs(r.low[i]! - r.close[i - 1]!),
        ),
  )
const atrOf = (r: Rows, n: number): number[] => rmaOf(ranges(r), n)
const middleOf = (r: Rows, n: number): number[] =>
  zip(rolling(r.high, n, max), rolling(r.low, n, min), (h, l) => (h + l) / 2)

function spreadOf(window: Values, divisor: number): number {
  const middle = mean(window)
  if (window.every(x => x === window[0])) return 0
  return total(window.map(x => (x - middle) ** 2)) / divisor
}
const deviationOf = (values: Values, n: number): number[] =>
  rolling(values, n, w => Math.sqrt(spreadOf(w, n)))

function line(window: Values): { slope: number; end: number } {
  const x = window.map((_, k) => k)
  const slope =
    total(window.map((y, k) => (x[k]! - mean(x)) * (y - mean(window)))) /
    total(x.map(k => (k - mean(x)) ** 2))
  return { slope, end: mean(window) + slope * (window.length - 1 - mean(x)) }
}

function kamaOf(values: Values, n: number, fast: number, slow: number): number[] {
  let before = NaN
  return values.map((value, i) => {
    if (i < n) return NaN
    if (i === n) before = values[n - 1]!
    const path = total(
      changes(values.slice(i - n, i + 1))
        .slice(1)
        .map(Math.abs),
    )
    const efficiency = ratio(Math.abs(value - values[i - n]!), path, 0)
    const weight = (efficiency * (2 / (fast + 1) - 2 / (slow + 1)) + 2 / (slow + 1)) ** 2
    before = weight * value + (1 - weight) * before
    return before
  })
}

const weighted = (values: Values, volume: Values, n: number): number[] =>
  zip(
    zip(
      rolling(
        zip(values, volume, (x, v) => x * v),
        n,
        total,
      ),
      rolling(volume, n, total),
      (spent, v) => ratio(spent, v, Infinity),
    ),
    smaOf(values, n),
    (a, plain) => (a === Infinity ? plain : a),
  )

function almaOf(values: Values, n: number, offset: number, sigma: number): number[] {
  const weights = Array.from({ length: n }, (_, k) =>
    Math.exp(-((k - offset * (n - 1)) ** 2) / (2 * (n / sigma) ** 2)),
  )
  return rolling(values, n, w => total(w.map((x, k) => x * weights[k]!)) / total(weights))
}

function rsiOf(values: Values, n: number): number[] {
  const move = changes(values)
  const gain = rmaOf(
    move.map(x => (Number.isNaN(x) ? NaN : Math.max(x, 0))),
    n,
  )
  const loss = rmaOf(
    move.map(x => (Number.isNaN(x) ? NaN : Math.max(-x, 0))),
    n,
  )
  const result = zip(gain, loss, (g, l) => (g + l === 0 ? 50 : 100 - 100 / (1 + g / l)))
  // Where the value stays, gain and loss fade alike: their ratio stays, rounding aside.
  move.forEach((x, i) => {
    if (x === 0 && i > n) result[i] = result[i - 1]!
  })
  return result
}

const place = (value: number, low: number, high: number): number =>
  Number.isNaN(low + high) ? NaN : high === low ? 50 : (100 * (value - low)) / (high - low)

function stochasticOf(r: Rows, n: number): number[] {
  const high = rolling(r.high, n, max)
  const low = rolling(r.low, n, min)
  return r.close.map((c, i) => place(c, low[i]!, high[i]!))
}

function lines(fast: Values, slow: Values, n: number, percent: boolean): Record<string, number[]> {
  const main = zip(fast, slow, (a, b) => (percent ? 100 * ratio(a - b, b, 0) : a - b))
  const signal = emaOf(main, n)
  return { line: main, signal, histogram: zip(main, signal, (a, b) => a - b) }
}

function cciOf(values: Values, n: number): number[] {
  return rolling(values, n, w => {
    const size = mean(w.map(x => Math.abs(x - mean(w))))
    if (size <= 1e-13 * Math.abs(w[n - 1]!)) return 0
    return (w[n - 1]! - mean(w)) / (0.015 * size)
  })
}

function pressureOf(r: Rows, n: number): number[] {
  const pressure = r.close.map((c, i) => c - Math.min(r.low[i]!, r.close[i - 1] ?? NaN))
  return zip(rolling(pressure, n, total), rolling(ranges(r), n, total), (a, b) => ratio(a, b, 0.5))
}

function aroonOf(values: Values, n: number): number[] {
  return rolling(values, n + 1, w => (100 * w.lastIndexOf(max(w))) / n)
}

function directionOf(r: Rows, n: number): Record<'plus' | 'minus' | 'dx', number[]> {
  const up = changes(r.high)
  const down = changes(r.low).map(x => -x)
  const plus = rmaOf(
    zip(up, down, (u, d) => (Number.isNaN(u) ? NaN : u > d && u > 0 ? u : 0)),
    n,
  )
  const minus = rmaOf(
    zip(up, down, (u, d) => (Number.isNaN(u) ? NaN : d > u && d > 0 ? d : 0)),
    n,
  )
  const range = atrOf(r, n)
  return {
    plus: zip(plus, range, (a, b) => 100 * ratio(a, b, 0)),
    minus: zip(minus, range, (a, b) => 100 * ratio(a, b, 0)),
    dx: zip(plus, minus, (a, b) => 100 * ratio(Math.abs(a - b), a + b, 0)),
  }
}

function psarOf(r: Rows, step: number, limit: number): number[] {
  const result = [r.low[0]!]
  let state = { isUp: true, stop: r.low[0]!, best: r.high[0]!, pace: step }
  for (let i = 1; i < r.close.length; i++) {
    const moved = state.stop + state.pace * (state.best - state.stop)
    const recent = [i - 1, Math.max(0, i - 2)]
    const stop = state.isUp
      ? min([moved, ...recent.map(k => r.low[k]!)])
      : max([moved, ...recent.map(k => r.high[k]!)])
    const best = state.isUp ? max([state.best, r.high[i]!]) : min([state.best, r.low[i]!])
    const isHit = state.isUp ? r.low[i]! < stop : r.high[i]! > stop
    const pace = best === state.best ? state.pace : Math.min(limit, state.pace + step)
    state = isHit
      ? { isUp: !state.isUp, stop: best, best: state.isUp ? r.low[i]! : r.high[i]!, pace: step }
      : { isUp: state.isUp, stop, best, pace }
    result.push(state.stop)
  }
  return result
}

function supertrendOf(r: Rows, n: number, factor: number): Record<string, number[]> {
  const range = atrOf(r, n)
  const value: number[] = []
  const direction: number[] = []
  let upper = NaN
  let lower = NaN
  r.close.forEach((close, i) => {
    const middle = (r.high[i]! + r.low[i]!) / 2
    const isFirst = Number.isNaN(upper)
    const newUpper = middle + factor * range[i]!
    const newLower = middle - factor * range[i]!
    const before = r.close[i - 1]!
    upper = isFirst || newUpper < upper || before > upper ? newUpper : upper
    lower = isFirst || newLower > lower || before < lower ? newLower : lower
    const wasUp = direction[i - 1] === 1
    const isUp = wasUp ? !(close < lower) : close > upper
    direction.push(Number.isNaN(upper) ? NaN : isUp ? 1 : -1)
    value.push(isUp ? lower : upper)
  })
  return { value, direction }
}

function vortexOf(r: Rows, n: number): Record<string, number[]> {
  const range = rolling(ranges(r), n, total)
  const move = (a: Values, b: Values): number[] =>
    zip(
      rolling(
        zip(a, ago(b, 1), (x, y) => Math.abs(x - y)),
        n,
        total,
      ),
      range,
      (x, y) => ratio(x, y, 1),
    )
  return { plus: move(r.high, r.low), minus: move(r.low, r.high) }
}

const moneyOf = (r: Rows): number[] =>
  r.close.map((c, i) => {
    const [h, l] = [r.high[i]!, r.low[i]!]
    return h === l ? 0 : ((2 * c - h - l) / (h - l)) * r.volume[i]!
  })
const summed = (values: Values): number[] => values.map((_, i) => total(values.slice(0, i + 1)))

function mfiOf(r: Rows, n: number): number[] {
  const price = typical(r)
  const flow = (sign: number): number[] =>
    changes(price).map((x, i) =>
      Number.isNaN(x) ? NaN : x * sign > 1e-12 * price[i]! ? price[i]! * r.volume[i]! : 0,
    )
  return zip(rolling(flow(1), n, total), rolling(flow(-1), n, total), (up, down) =>
    up + down === 0 ? 50 : (100 * up) / (up + down),
  )
}

const easeOf = (r: Rows, n: number, scale: number): number[] =>
  smaOf(
    changes(median(r)).map((moved, i) => {
      const box = ratio(r.volume[i]! / scale, r.high[i]! - r.low[i]!, 0)
      return Number.isNaN(moved) ? NaN : ratio(moved, box, 0)
    }),
    n,
  )

function dailyVwapOf(r: Rows): number[] {
  const price = typical(r)
  const day = r.time.map(time => Math.floor(time / 86_400_000))
  return r.close.map((_, i) => {
    const today = day.map((_, k) => k).filter(k => k <= i && day[k] === day[i])
    const volume = total(today.map(k => r.volume[k]!))
    if (volume === 0) return mean(today.map(k => price[k]!))
    return total(today.map(k => price[k]! * r.volume[k]!)) / volume
  })
}

function quoteVolumeOf(r: Rows, windowMs: number): number[] {
  const closed = r.time.map(time => time + r.timeframeMs)
  return closed.map((now, i) => {
    if (now - r.time[0]! < windowMs) return NaN
    const inside = closed.map((_, k) => k).filter(k => k <= i && closed[k]! > now - windowMs)
    return total(inside.map(k => r.volume[k]! * r.close[k]!))
  })
}

/** `ema(n)` of the closes of 4 hour candles, held until the next one closes. */
function higherEmaOf(r: Rows, n: number): number[] {
  const fourHours = 4 * 3_600_000
  const bucket = r.time.map(time => Math.floor(time / fourHours))
  const begin = r.time[0]! % fourHours === 0 ? bucket[0]! : bucket[0]! + 1
  return r.time.map((time, i) => {
    const isClosed = (b: number): boolean => (b + 1) * fourHours <= time + r.timeframeMs
    const closed = [...new Set(bucket.slice(0, i + 1))].filter(b => b >= begin && isClosed(b))
    const closes = closed.map(b => r.close[bucket.lastIndexOf(b)]!)
    return emaOf(closes, n).at(-1) ?? NaN
  })
}

function ichimokuOf(r: Rows): Record<string, number[]> {
  const conversion = middleOf(r, 9)
  const base = middleOf(r, 26)
  return {
    conversion,
    base,
    spanA: ago(
      zip(conversion, base, (a, b) => (a + b) / 2),
      25,
    ),
    spanB: ago(middleOf(r, 52), 25),
  }
}

function bollingerOf(values: Values, n: number, factor: number): Record<string, number[]> {
  const middle = smaOf(values, n)
  const deviation = deviationOf(values, n)
  const upper = zip(middle, deviation, (a, b) => a + factor * b)
  const lower = zip(middle, deviation, (a, b) => a - factor * b)
  return {
    upper,
    middle,
    lower,
    width: zip(
      zip(upper, lower, (a, b) => a - b),
      middle,
      (a, b) => ratio(a, b, 0),
    ),
    percentB: values.map((x, i) =>
      Number.isNaN(middle[i]!)
        ? NaN
        : deviation[i] === 0
          ? 0.5
          : 0.5 + (x - middle[i]!) / (2 * factor * deviation[i]!),
    ),
  }
}

function kstOf(values: Values): Record<string, number[]> {
  const part = (n: number, smooth: number): number[] => smaOf(rocOf(values, n), smooth)
  const parts = [part(10, 10), part(15, 10), part(20, 10), part(30, 15)]
  const sum = values.map((_, i) => total(parts.map((p, k) => (k + 1) * p[i]!)))
  return { line: sum, signal: smaOf(sum, 9) }
}

const rocOf = (values: Values, n: number): number[] =>
  zip(values, ago(values, n), (a, b) => 100 * ratio(a - b, b, 0))
const minus = (a: Values, b: Values): number[] => zip(a, b, (x, y) => x - y)
const offset = (a: Values, b: Values, k: number): number[] => zip(a, b, (x, y) => x + k * y)

/** The example of each entry of the catalogue, outputs joined to the name by a dot. */
const NAIVE: Readonly<Record<string, (r: Rows) => number[] | Record<string, number[]>>> = {
  sma: r => smaOf(r.close, 20),
  ema: r => emaOf(r.close, 12),
  rma: r => rmaOf(r.close, 14),
  wma: r => wmaOf(r.close, 10),
  dema: r => {
    const one = emaOf(r.close, 10)
    return zip(one, emaOf(one, 10), (a, b) => 2 * a - b)
  },
  tema: r => {
    const one = emaOf(r.close, 10)
    const two = emaOf(one, 10)
    return zip(minus(one, two), emaOf(two, 10), (a, b) => 3 * a + b)
  },
  t3: r => {
    // (1.7 e - 0.7 e e) cubed, a power of e being that many averages in a row.
    const levels = [emaOf(r.close, 5)]
    for (let k = 1; k < 6; k++) levels.push(emaOf(levels[k - 1]!, 5))
    const [, , e3, e4, e5, e6] = levels.map(level => (i: number) => level[i]!)
    return r.close.map((_, i) => 4.913 * e3!(i) - 6.069 * e4!(i) + 2.499 * e5!(i) - 0.343 * e6!(i))
  },
  trima: r => {
    const weights = [1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1]
    return rolling(r.close, 11, w => total(w.map((x, k) => x * weights[k]!)) / 36)
  },
  hma: r =>
    wmaOf(
      zip(wmaOf(r.close, 8), wmaOf(r.close, 16), (a, b) => 2 * a - b),
      4,
    ),
  zlema: r =>
    emaOf(
      zip(r.close, ago(r.close, 6), (a, b) => a + (a - b)),
      14,
    ),
  kama: r => kamaOf(r.close, 10, 2, 30),
  vwma: r => weighted(r.close, r.volume, 20),
  alma: r => almaOf(r.close, 9, 0.85, 6),
  linearRegression: r => rolling(r.close, 14, w => line(w).end),
  rsi: r => rsiOf(r.close, 14),
  stochastic: r => {
    const k = smaOf(stochasticOf(r, 14), 3)
    return { k, d: smaOf(k, 3) }
  },
  stochasticRsi: r => {
    const k = smaOf(
      rolling(rsiOf(r.close, 14), 14, w => place(w[13]!, min(w), max(w))),
      3,
    )
    return { k, d: smaOf(k, 3) }
  },
  williamsR: r => stochasticOf(r, 14).map(x => x - 100),
  macd: r => lines(emaOf(r.close, 12), emaOf(r.close, 26), 9, false),
  ppo: r => lines(emaOf(r.close, 12), emaOf(r.close, 26), 9, true),
  trix: r => rocOf(emaOf(emaOf(emaOf(r.close, 9), 9), 9), 1),
  tsi: r => {
    const twice = (x: Values): number[] => emaOf(emaOf(x, 25), 13)
    const move = changes(r.close)
    return zip(twice(move), twice(move.map(Math.abs)), (a, b) => 100 * ratio(a, b, 0))
  },
  awesomeOscillator: r => minus(smaOf(median(r), 5), smaOf(median(r), 34)),
  momentum: r => minus(r.close, ago(r.close, 10)),
  roc: r => rocOf(r.close, 10),
  cci: r => cciOf(typical(r), 20),
  cmo: r => {
    const sum = (sign: number): number[] =>
      rolling(changes(r.close), 14, w => total(w.map(x => Math.max(0, sign * x))))
    return zip(sum(1), sum(-1), (a, b) => 100 * ratio(a - b, a + b, 0))
  },
  ultimateOscillator: r =>
    zip(
      zip(pressureOf(r, 7), pressureOf(r, 14), (a, b) => 4 * a + 2 * b),
      pressureOf(r, 28),
      (a, b) => (100 * (a + b)) / 7,
    ),
  dpo: r => minus(ago(r.close, 11), smaOf(r.close, 20)),
  kst: r => kstOf(r.close),
  aroon: r => {
    const up = aroonOf(r.high, 25)
    const down = aroonOf(
      r.low.map(x => -x),
      25,
    )
    return { up, down, oscillator: minus(up, down) }
  },
  plusDi: r => directionOf(r, 14).plus,
  minusDi: r => directionOf(r, 14).minus,
  dx: r => directionOf(r, 14).dx,
  adx: r => rmaOf(directionOf(r, 14).dx, 14),
  psar: r => psarOf(r, 0.02, 0.2),
  supertrend: r => supertrendOf(r, 10, 3),
  ichimoku: ichimokuOf,
  vortex: r => vortexOf(r, 14),
  linearRegressionSlope: r => rolling(r.close, 14, w => line(w).slope),
  trueRange: ranges,
  atr: r => atrOf(r, 14),
  natr: r => zip(atrOf(r, 14), r.close, (a, b) => (100 * a) / b),
  variance: r => rolling(r.close, 20, w => spreadOf(w, 20)),
  standardDeviation: r => rolling(r.close, 20, w => Math.sqrt(spreadOf(w, 19))),
  zscore: r =>
    zip(minus(r.close, smaOf(r.close, 20)), deviationOf(r.close, 20), (a, b) => ratio(a, b, 0)),
  historicalVolatility: r => {
    const moves = zip(r.close, ago(r.close, 1), (a, b) => Math.log(a / b))
    const scale = Math.sqrt((365 * 24 * 3_600_000) / r.timeframeMs)
    return rolling(moves, 20, w => Math.sqrt(spreadOf(w, 19)) * scale)
  },
  bollinger: r => bollingerOf(r.close, 20, 2),
  keltner: r => {
    const middle = emaOf(r.close, 20)
    const range = atrOf(r, 10)
    return { upper: offset(middle, range, 2), middle, lower: offset(middle, range, -2) }
  },
  chandelierExit: r => ({
    long: offset(rolling(r.high, 22, max), atrOf(r, 22), -3),
    short: offset(rolling(r.low, 22, min), atrOf(r, 22), 3),
  }),
  highest: r => rolling(r.high, 20, max),
  lowest: r => rolling(r.low, 20, min),
  donchian: r => ({
    upper: rolling(r.high, 20, max),
    middle: middleOf(r, 20),
    lower: rolling(r.low, 20, min),
  }),
  hl2: median,
  hlc3: typical,
  ohlc4: r => r.close.map((c, i) => mean([r.open[i]!, r.high[i]!, r.low[i]!, c])),
  percentChange: r => rocOf(r.close, 1).map(x => x / 100),
  logReturn: r => zip(r.close, ago(r.close, 1), (a, b) => Math.log(a) - Math.log(b)),
  on: r => higherEmaOf(r, 10),
  obv: r => summed(changes(r.close).map((x, i) => (Math.sign(x) || 0) * r.volume[i]!)),
  accumulationDistribution: r => summed(moneyOf(r)),
  chaikinOscillator: r => minus(emaOf(summed(moneyOf(r)), 3), emaOf(summed(moneyOf(r)), 10)),
  chaikinMoneyFlow: r =>
    zip(rolling(moneyOf(r), 20, total), rolling(r.volume, 20, total), (a, b) => ratio(a, b, 0)),
  mfi: r => mfiOf(r, 14),
  forceIndex: r =>
    emaOf(
      zip(changes(r.close), r.volume, (a, b) => a * b),
      13,
    ),
  easeOfMovement: r => easeOf(r, 14, 100_000_000),
  vwap: r => weighted(typical(r), r.volume, 20),
  dailyVwap: dailyVwapOf,
  quoteVolume: r => quoteVolumeOf(r, 86_400_000),
}

/** The naive column of `name` or `name.output`. @throws where there is no naive version */
export function naive(name: string, candles: Candles): readonly number[] {
  const [indicator, output] = name.split('.') as [string, string?]
  const values = NAIVE[indicator]?.(rows(candles))
  const column = Array.isArray(values) ? values : values?.[output ?? '']
  if (!column) throw new Error(`write a naive version of "${name}" in naive.ts`)
  return column
}
