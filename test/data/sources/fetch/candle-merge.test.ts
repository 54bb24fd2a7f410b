import fc from 'fast-check'
import { expect, it } from 'vitest'
import { allocateCandles, candleAt, type Candles } from '../../../../src/core/candles/candles.js'
import {
  mergeWindows,
  type FetchedWindow,
} from '../../../../src/data/sources/fetch/candle-merge.js'
import type { SourceCandle } from '../../../../src/data/sources/source.js'

const MINUTE = 60_000
const LENGTH = 24
const told = (k: number, close: number): SourceCandle => ({
  time: k * MINUTE,
  open: '1.0',
  high: '9.00',
  low: '0.5',
  close: String(close),
  volume: null,
})

function columnsOf(candles: readonly SourceCandle[]): Candles {
  const columns = allocateCandles(MINUTE, candles.length)
  candles.forEach((candle, i) => {
    columns.time[i] = candle.time
    columns.open[i] = Number(candle.open)
    columns.high[i] = Number(candle.high)
    columns.low[i] = Number(candle.low)
    columns.close[i] = Number(candle.close)
  })
  return columns
}

const closesOf = (candles: Candles): [number, number][] =>
  Array.from({ length: candles.length }, (_, i) => {
    const { time, close } = candleAt(candles, i)
    return [time / MINUTE, close]
  })

const series = fc.array(fc.constantFrom(null, 1, 2), { minLength: LENGTH, maxLength: LENGTH })
const cuts = fc.uniqueArray(fc.integer({ min: 0, max: LENGTH }), { minLength: 2, maxLength: 6 })

it('lays windows over what is stored as painting does, and notes each difference', () => {
  fc.assert(
    fc.property(
      series,
      series,
      cuts,
      fc.boolean(),
      fc.boolean(),
      (before, after, borders, wasSettled, isReplacing) => {
        const candlesOf = (values: readonly (number | null)[], since = 0, until = LENGTH) =>
          values.flatMap((close, k) =>
            close === null || k < since || k >= until ? [] : [told(k, close)],
          )
        const sorted = borders.sort((a, b) => a - b)
        // Every other stretch is asked, in any order.
        const windows: FetchedWindow[] = []
        for (let i = 0; i + 1 < sorted.length; i += 2) {
          const [since, until] = [sorted[i]!, sorted[i + 1]!]
          windows.unshift({
            since: since * MINUTE,
            until: until * MINUTE,
            candles: candlesOf(after, since, until),
            wasSettled,
          })
        }
        const isAsked = (k: number): boolean =>
          windows.some(({ since, until }) => k * MINUTE >= since && k * MINUTE < until)
        const merge = mergeWindows(columnsOf(candlesOf(before)), windows, isReplacing)
        const isKept = wasSettled && !isReplacing
        const expected = before.flatMap((old, k): [number, number][] => {
          const next = isAsked(k) ? after[k]! : old
          const value = isKept && old !== null ? old : next
          return value === null ? [] : [[k, value]]
        })
        expect(closesOf(merge.columns)).toEqual(expected)
        const differences = before.filter(
          (old, k) => isAsked(k) && old !== null && old !== after[k],
        ).length
        expect(merge.revisions).toHaveLength(differences)
        expect(merge.counts.conflicts).toBe(isKept ? differences : 0)
        expect(merge.counts.fresh).toBe(
          before.filter((old, k) => isAsked(k) && old === null && after[k] !== null).length,
        )
        // What is written, and what goes, makes the columns out of what was there.
        const left = candlesOf(before).filter(({ time }) => !merge.removed.includes(time))
        const written = [...left, ...merge.added].sort((a, b) => a.time - b.time)
        expect(closesOf(columnsOf(written))).toEqual(expected)
      },
    ),
  )
})
