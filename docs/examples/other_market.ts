import { crossedOver, defineStrategy, ema, FLAT, HOLD, integer, long, on } from 'assay'

/** Shows an indicator of another market: its stored candles are read beside those that are traded. */
export default defineStrategy({
  name: 'other_market',
  description: 'Long from a cross of averages while bitcoin stands above its own average',
  params: {
    fast: integer({ default: 5, min: 2, max: 20 }),
    leader: integer({ default: 50, min: 5, max: 200 }),
  },
  templates: {},
  indicators: ({ fast, leader }) => ({
    btc: on({ symbol: 'BTC-USDT', timeframe: '1h' }, ema(1)),
    btcTrend: on({ symbol: 'BTC-USDT', timeframe: '1h' }, ema(leader)),
    fast: ema(fast),
    slow: ema(20),
  }),
  decide({ indicators: { btc, btcTrend, fast, slow } }) {
    if (btc.at(0) < btcTrend.at(0)) return FLAT
    return crossedOver(fast, slow) ? long(1) : HOLD
  },
})
