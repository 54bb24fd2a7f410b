import * as library from 'technicalindicators'
import type { Candles } from '../../core/candles/candles.js'
import { AppError } from '../../core/errors.js'
import type { Indicator, Step } from '../../core/indicators/indicator.js'

/** The candlestick patterns of the library; `bullish` and `bearish` are any of that side. */
export const PATTERNS = [
  'abandonedbaby',
  'bearish',
  'bearishengulfingpattern',
  'bearishhammerstick',
  'bearishharami',
  'bearishharamicross',
  'bearishinvertedhammerstick',
  'bearishmarubozu',
  'bearishspinningtop',
  'bullish',
  'bullishengulfingpattern',
  'bullishhammerstick',
  'bullishharami',
  'bullishharamicross',
  'bullishinvertedhammerstick',
  'bullishmarubozu',
  'bullishspinningtop',
  'darkcloudcover',
  'doji',
  'downsidetasukigap',
  'dragonflydoji',
  'eveningdojistar',
  'eveningstar',
  'gravestonedoji',
  'hammerpattern',
  'hammerpatternunconfirmed',
  'hangingman',
  'hangingmanunconfirmed',
  'morningdojistar',
  'morningstar',
  'piercingline',
  'shootingstar',
  'shootingstarunconfirmed',
  'threeblackcrows',
  'threewhitesoldiers',
  'tweezerbottom',
  'tweezertop',
] as const

export type PatternName = (typeof PATTERNS)[number]

/** The longest pattern; shorter ones look at the newest of these candles. */
const LENGTH = 5

class PatternStep implements Step {
  private readonly find: (data: object) => unknown

  constructor(name: PatternName) {
    this.find = library[name] as (data: object) => unknown
  }

  next(candles: Candles, i: number): number {
    if (i < LENGTH - 1) return NaN
    // New arrays for each candle: the library may keep or reverse the ones it is given.
    const last = (column: Float64Array): number[] => [...column.subarray(i - LENGTH + 1, i + 1)]
    const { open, high, low, close } = candles
    const data = { open: last(open), high: last(high), low: last(low), close: last(close) }
    return this.find(data) ? 1 : 0
  }
}

/**
 * A candlestick pattern of the npm package technicalindicators: 1 at a candle that completes it,
 * else 0; from the fifth candle on.
 * @throws AppError INVALID_PARAMETER for an unknown name
 */
export function technicalPattern(name: PatternName): Indicator {
  if (!PATTERNS.includes(name)) {
    throw new AppError('INVALID_PARAMETER', `technicalindicators has no pattern "${name}"`, {
      hint: `choose one of ${PATTERNS.join(', ')}`,
    })
  }
  return {
    key: `technicalPattern(${name})`,
    warmup: LENGTH - 1,
    start: () => new PatternStep(name),
  }
}
