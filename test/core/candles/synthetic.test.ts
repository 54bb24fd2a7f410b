import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { SAMPLE, sampleCsv } from '../../../scripts/sample-data.js'
import { checkCandles } from '../../../src/core/candles/checks.js'
import { syntheticCandles } from '../../../src/core/candles/synthetic.js'
import { DAY_MS, HOUR_MS } from '../../../src/core/candles/time.js'

const FILE = new URL('../../../data/synthetic_SYNTH-USDC_1h.csv.gz', import.meta.url)
const candles = syntheticCandles(SAMPLE.settings)

function logReturns(): number[] {
  return Array.from({ length: candles.length - 1 }, (_, i) =>
    Math.log(candles.close[i + 1]! / candles.close[i]!),
  )
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** Correlation of a list with itself, one step later. */
function lagOne(values: readonly number[]): number {
  const mean = meanOf(values)
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const product = values
    .slice(1)
    .reduce((sum, value, k) => sum + (value - mean) * (values[k]! - mean), 0)
  return product / square
}

describe('the bundled sample', () => {
  it('is what the generator makes, byte for byte', () => {
    const stored = gunzipSync(readFileSync(FILE)).toString('utf8')
    expect(stored === sampleCsv(), 'run npm run sample-data').toBe(true)
  })

  it('is called synthetic by its name', () => {
    expect(SAMPLE.symbol).toMatch(/^SYNTH/)
    expect(FILE.pathname).toMatch(/synthetic/)
  })
})

describe('syntheticCandles', () => {
  it('gives the same for equal settings, and something else for another seed', () => {
    const short = { ...SAMPLE.settings, length: 300 }
    expect(syntheticCandles(short)).toEqual(syntheticCandles(short))
    expect(syntheticCandles({ ...short, seed: 1 }).close).not.toEqual(syntheticCandles(short).close)
  })

  it('begins equally whatever the length', () => {
    const short = syntheticCandles({ ...SAMPLE.settings, length: 100 })
    expect(short.close).toEqual(candles.close.slice(0, 100))
  })

  it('gives candles that pass the checks', () => {
    expect(checkCandles(candles).filter(({ severity }) => severity === 'error')).toEqual([])
    for (let i = 0; i < candles.length; i++) {
      const [open, close] = [candles.open[i]!, candles.close[i]!]
      if (candles.high[i]! < Math.max(open, close) || candles.low[i]! > Math.min(open, close)) {
        expect.fail(`candle ${i} has its open or close outside of low to high`)
      }
    }
  })

  it('has fat tails: kurtosis above 4', () => {
    const returns = logReturns()
    const mean = meanOf(returns)
    const variance = meanOf(returns.map(value => (value - mean) ** 2))
    expect(meanOf(returns.map(value => (value - mean) ** 4)) / variance ** 2).toBeGreaterThan(4)
  })

  it('has clusters of volatility: large moves follow large moves, directions do not', () => {
    const returns = logReturns()
    expect(lagOne(returns.map(Math.abs))).toBeGreaterThan(0.1)
    expect(Math.abs(lagOne(returns))).toBeLessThan(0.05)
  })

  it('has a rhythm of the day: more volume at 15:00 than at 03:00 UTC', () => {
    const at = (hour: number): number =>
      meanOf(
        [...candles.volume.subarray(0, candles.length)].filter(
          (_, i) => (candles.time[i]! % DAY_MS) / HOUR_MS === hour,
        ),
      )
    expect(at(15)).toBeGreaterThan(1.5 * at(3))
  })
})
