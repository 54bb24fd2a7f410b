import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { HOUR_MS, formatTime } from '../../src/core/candles/time.js'
import { randomCandles } from '../core/indicators/random-candles.js'
import { assay } from './assay.js'

export const MARKET = ['--symbol', 'SYNTH-A', '--timeframe', '1h']
export const GRID = ['--grid', 'fast_ma=3:12:1', '--grid', 'slow_ma=10:40:5']
export const QUIET = ['--report', 'none']

/** Imports two random markets, SYNTH-A and SYNTH-B, into the home of a folder. */
export async function importMarkets(folder: string): Promise<void> {
  for (const [symbol, seed] of [
    ['SYNTH-A', 5],
    ['SYNTH-B', 6],
  ] as const) {
    const file = join(folder, `${symbol}.csv`)
    writeFileSync(file, csvOf(seed, 2500))
    const imported = await assay(
      folder,
      ...['data', 'import', file, '--symbol', symbol, '--timeframe', '1h'],
    )
    expect(imported.code, imported.err).toBe(0)
  }
}

function csvOf(seed: number, length: number): string {
  const { open, high, low, close, volume } = randomCandles({ seed, length })
  const start = Date.UTC(2023, 0, 1)
  const rows = Array.from({ length }, (_, i) =>
    [formatTime(start + i * HOUR_MS), open[i], high[i], low[i], close[i], volume[i]].join(','),
  )
  return ['time,open,high,low,close,volume', ...rows, ''].join('\n')
}
