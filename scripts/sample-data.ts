import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { syntheticCandles } from '../src/core/candles/synthetic.js'
import { formatTime, HOUR_MS } from '../src/core/candles/time.js'

/** The bundled sample: two years of hourly candles of a market that nobody traded. */
export const SAMPLE = {
  symbol: 'SYNTH-USDC',
  timeframe: '1h',
  settings: {
    seed: 20_260_101,
    length: 17_520,
    start: Date.UTC(2024, 0, 1),
    timeframeMs: HOUR_MS,
    price: 100,
    volatility: 0.009,
    decimals: 3,
  },
}

/** The sample as the text of its file. */
export function sampleCsv(): string {
  const candles = syntheticCandles(SAMPLE.settings)
  const rows = ['time,open,high,low,close,volume']
  for (let i = 0; i < candles.length; i++) {
    const { time, open, high, low, close, volume } = candles
    rows.push([formatTime(time[i]!), open[i], high[i], low[i], close[i], volume[i]].join(','))
  }
  return `${rows.join('\n')}\n`
}

if (process.argv[1]?.endsWith('sample-data.ts')) {
  const file = new URL('../data/synthetic_SYNTH-USDC_1h.csv.gz', import.meta.url)
  writeFileSync(file, gzipSync(sampleCsv(), { level: 9 }))
}
