import {
  choice,
  defineStrategy,
  ema,
  FLAT,
  HOLD,
  integer,
  long,
  number,
  on,
  rsi,
} from '../src/core/index.js'

const ALL_IN = long(1)

/** Two timeframes: the higher one says which way, the lower one says when. */
export const trendPullback = defineStrategy({
  name: 'trend_pullback',
  description: 'Buys pullbacks of the lower timeframe while a higher timeframe trends up',
  params: {
    trend_timeframe: choice(['4h', '1h', '1d'], 'Higher timeframe; a multiple of the candles'),
    trend_period: integer({ default: 50, min: 2, max: 300, description: 'Candles of its average' }),
    rsi_period: integer({ default: 7, min: 2, max: 100, description: 'Candles of the RSI' }),
    pullback: number({
      default: 35,
      min: 5,
      max: 50,
      step: 1,
      description: 'Enter below this RSI',
    }),
    recovery: number({
      default: 65,
      min: 50,
      max: 95,
      step: 1,
      description: 'Leave above this RSI',
    }),
  },
  templates: {
    conservative: { trend_period: 50, rsi_period: 14, pullback: 35, recovery: 60 },
    aggressive: { trend_period: 20, rsi_period: 5, pullback: 40, recovery: 75 },
  },
  indicators: ({ trend_timeframe, trend_period, rsi_period }) => ({
    trend: on({ timeframe: trend_timeframe }, ema(trend_period)),
    rsi: rsi(rsi_period),
  }),
  initial: () => ({}),
  decide({ params, candle, exposure, indicators: { trend, rsi: strength } }) {
    const trendsUp = candle.close.at(0) > trend.at(0)
    if (exposure > 0) return !trendsUp || strength.at(0) > params.recovery ? FLAT : HOLD
    return trendsUp && strength.at(0) < params.pullback ? ALL_IN : HOLD
  },
})
