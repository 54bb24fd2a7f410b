import { describe, expect, it } from 'vitest'
import { checkCandles, type CandleFindingCode } from '../../../src/core/candles/checks.js'
import { candlesFrom, type Candle } from '../../../src/core/candles/candles.js'
import { MINUTE_MS } from '../../../src/core/candles/time.js'

/** A quiet random-looking walk of 200 minutes. */
function quiet(): Candle[] {
  return Array.from({ length: 200 }, (_, i) => {
    const open = 100 + Math.sin(i * 1.7)
    const close = 100 + Math.sin((i + 1) * 1.7)
    const [high, low] = [Math.max(open, close) + 0.1, Math.min(open, close) - 0.1]
    return { time: i * MINUTE_MS, open, high, low, close, volume: 5 }
  })
}

function codes(list: readonly Candle[], timeframeMs = MINUTE_MS): CandleFindingCode[] {
  return checkCandles(candlesFrom(timeframeMs, list)).map(({ code }) => code)
}

function changed(i: number, change: Partial<Candle>): Candle[] {
  return quiet().map((candle, k) => (k === i ? { ...candle, ...change } : candle))
}

describe('checking candles', () => {
  it('finds nothing in good ones, few ones and none', () => {
    expect(codes(quiet())).toEqual([])
    expect(codes(quiet().slice(0, 1))).toEqual([])
    expect(codes([])).toEqual([])
  })

  const spoilt: readonly (readonly [CandleFindingCode, readonly Candle[]])[] = [
    ['gaps', quiet().filter((_, i) => i !== 50 && i !== 51)],
    ['duplicates', [...quiet().slice(0, 10), ...quiet().slice(9)]],
    ['off_grid', changed(10, { time: 10 * MINUTE_MS - 1 })],
    ['high_below_low', changed(10, { high: 1, low: 2 })],
    ['outside_range', changed(10, { open: 150 })],
    ['not_positive', changed(10, { low: 0 })],
    ['flat', changed(10, { open: 100, high: 100, low: 100, close: 100 })],
    ['zero_volume', changed(10, { volume: 0 })],
    ['outliers', changed(10, { close: 300, high: 300 })],
    ['outlier_wicks', changed(10, { high: 1_000_000 })],
    ['outlier_wicks', changed(10, { low: 0.0001 })],
    ['outlier_wicks', changed(10, { open: 1_000_000, high: 1_000_000 })],
    ['overlaps', changed(10, { time: 9 * MINUTE_MS + 7000 })],
    ['extreme_prices', changed(10, { high: 1.1e15 })],
    ['extreme_prices', changed(10, { low: 0.9e-15 })],
  ]
  it.each(spoilt)('finds %s', (code, list) => {
    expect(codes(list)).toContain(code)
  })

  it('finds disorder and a wrong timeframe, as errors first', () => {
    const swapped = quiet()
    ;[swapped[5], swapped[6]] = [swapped[6]!, swapped[5]!]
    expect(codes(swapped)[0]).toBe('disordered')
    expect(codes(quiet(), 5 * MINUTE_MS)[0]).toBe('mislabelled')
  })

  it('counts missing candles and names the longest gap', () => {
    const list = quiet().filter((_, i) => i !== 20 && (i < 50 || i > 59))
    const [gap] = checkCandles(candlesFrom(MINUTE_MS, list))
    expect(gap).toMatchObject({ code: 'gaps', count: 2, first: '1970-01-01T00:20:00Z' })
    expect(gap!.message).toBe(
      'gaps with 11 missing candles; the longest, 10 candles, begins 1970-01-01T00:50:00Z',
    )
  })

  it('does not take the jump across a gap for an outlier', () => {
    const list = [
      ...quiet().slice(0, 100),
      ...quiet()
        .slice(150)
        .map(c => ({ ...c, open: 300, high: 301, low: 299, close: 300 })),
    ]
    expect(codes(list)).toEqual(['gaps'])
  })

  it('takes weeks from Monday', () => {
    const week = 7 * 24 * 60 * MINUTE_MS
    const monday = Date.UTC(2024, 0, 1)
    const weeks = quiet().map((candle, i) => ({ ...candle, time: monday + i * week }))
    expect(codes(weeks, week)).toEqual([])
    const fromThursday = weeks.map(candle => ({ ...candle, time: candle.time + 3 * (week / 7) }))
    expect(codes(fromThursday, week)).toEqual(['off_grid'])
  })

  it('takes gaps between many close neighbours for gaps, not for another timeframe', () => {
    const sparse = quiet().filter((_, i) => i % 3 !== 1)
    expect(codes(sparse)).toEqual(['gaps'])
    const other = [
      ...quiet().slice(0, 5),
      ...quiet()
        .slice(10)
        .filter((_, i) => i % 4 === 0),
    ]
    expect(codes(other)[0]).toBe('mislabelled')
  })
})
