import { bollinger, crossedOver, defineStrategy, FLAT, HOLD, long, on, sma, type View } from 'assay'
import { technical } from 'assay/technicalindicators'

/** Shows indicators of higher timeframes, of other indicators, and of technicalindicators. */
export default defineStrategy({
  name: 'two_timeframes',
  description: 'Long from a cross above the middle band while four hours trend up',
  params: {},
  templates: {},
  indicators: () => ({
    trend: on({ timeframe: '4h' }, sma(20)),
    middle: bollinger(20, 2).middle,
    calm: sma(3, sma(3)),
    cci: technical('CCI', { period: 20 }),
  }),
  initial: () => ({}),
  decide({ candle, indicators: { trend, middle, calm, cci } }) {
    const trendsUp: boolean = candle.close.at(0) > trend.at(0)
    if (!trendsUp) return FLAT
    return isStrong(cci) && crossedOver(calm, middle) ? long(1) : HOLD
  },
})

const isStrong = (cci: View): boolean => cci.at(0) > 0
