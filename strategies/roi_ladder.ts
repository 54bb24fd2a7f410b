import {
  defineStrategy,
  ema,
  exit,
  HOLD,
  integer,
  long,
  number,
  rsi,
  type TargetIntent,
} from '../src/core/index.js'

const LEAVE = exit('rsi_high')

/** What is ported first from other frameworks: a dip in a trend, and a table of exits that asks for less with time. */
export const roiLadder = defineStrategy({
  name: 'roi_ladder',
  description:
    'Buys dips in an uptrend and leaves by a falling profit target or a late trailing stop',
  params: {
    rsi_period: integer({ default: 14, min: 2, max: 100, description: 'Candles of the RSI' }),
    oversold: number({
      default: 35,
      min: 5,
      max: 50,
      step: 1,
      description: 'Enter below this RSI',
    }),
    overbought: number({
      default: 75,
      min: 50,
      max: 99,
      step: 1,
      description: 'Leave above this RSI',
    }),
    trend: integer({ default: 100, min: 2, max: 500, description: 'Candles of the average below' }),
    target: number({
      default: 0.06,
      min: 0.005,
      max: 1,
      description: 'Profit target at the entry, as a fraction; half of it after one step',
    }),
    target_step: integer({
      default: 24,
      min: 1,
      max: 500,
      description: 'Closes of one step; after two steps any gain will do',
    }),
    stop: number({ default: 0.05, min: 0.005, max: 0.5, description: 'Stop loss, as a fraction' }),
    trailing: number({
      default: 0.02,
      min: 0.002,
      max: 0.5,
      description: 'Distance of the trailing stop, as a fraction',
    }),
    trail_after: number({
      default: 0.03,
      min: 0,
      max: 1,
      description: 'Gain from which on it trails',
    }),
    even_after: number({
      default: 0.02,
      min: 0,
      max: 1,
      description: 'Gain from which on the stop is at the entry; 0 for never',
    }),
  },
  templates: {
    conservative: { oversold: 30, trend: 200, target: 0.04, stop: 0.03 },
    aggressive: { oversold: 45, trend: 50, target: 0.1, stop: 0.08, overbought: 80 },
  },
  check: ({ oversold, overbought }) =>
    oversold < overbought
      ? undefined
      : `oversold "${oversold}" must be below overbought "${overbought}"`,
  indicators: ({ rsi_period, trend }) => ({ rsi: rsi(rsi_period), average: ema(trend) }),
  decide({
    params,
    candle,
    candlesHeld,
    indicators: { rsi: strength, average },
  }): TargetIntent | typeof HOLD {
    if (candlesHeld > 0) return strength.at(0) > params.overbought ? LEAVE : HOLD
    if (strength.at(0) >= params.oversold || candle.close.at(0) <= average.at(0)) return HOLD
    const { target, target_step: step } = params
    return long(1, {
      tag: 'dip',
      stopLoss: params.stop,
      trailingStop: params.trailing,
      trailingFrom: params.trail_after,
      breakEven: params.even_after,
      roi: { 0: target, [step]: target / 2, [2 * step]: 0 },
    })
  },
})
