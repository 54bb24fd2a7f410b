import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { METRIC_FORMULAS } from '../../../../src/core/metrics/metric-formulas.js'
import { monthlyReturns } from '../../../../src/report/model/page/monthly-returns.js'
import {
  packFloats,
  packPrices,
  packRounded,
  type PackedBlock,
} from '../../../../src/report/model/run/page-columns.js'
import {
  restorePrices,
  unpackCodes,
  unpackColumn,
  valuesOf,
} from '../../../../src/report/browser/run/unpack.js'
import type { Report } from '../../../../src/backtest/run/record/report.js'
import { writeReportPage } from '../../../../src/report/model/run/report-page.js'
import { candlesFrom, type Candles } from '../../../../src/core/candles/candles.js'
import { sampleCandles, sampleReport } from '../../../backtest/run/sample-report.js'

let folder: string
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-page-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

async function pageOf(report: Report): Promise<string> {
  const path = join(folder, `${report.runId}.html`)
  await writeReportPage(report, path)
  return readFile(path, 'utf8')
}

/** A page is too long to be printed by a failed expectation. */
function expectText(page: string, text: string): void {
  expect(page.includes(text), `the page holds ${text}`).toBe(true)
}

function expectNone(page: string, pattern: RegExp): void {
  expect(pattern.exec(page)?.[0] ?? null, `the page holds no ${pattern}`).toBeNull()
}

function planesOf({ column, base64 }: PackedBlock): Uint8Array[] {
  return column.planes.map(({ deflated }, k) => {
    const data = Buffer.from(base64[k]!, 'base64')
    return deflated ? inflateRawSync(data) : data
  })
}

const unpack = (block: PackedBlock): Float64Array => unpackColumn(block.column, planesOf(block))

async function pricesBack(
  candles: Candles,
): Promise<Pick<Candles, 'open' | 'high' | 'low' | 'close'>> {
  const { linked, blocks } = packPrices(candles)
  const packed = await Promise.all(blocks)
  if (!linked) {
    const [open, high, low, close] = packed.map(unpack)
    return { open: open!, high: high!, low: low!, close: close! }
  }
  const [open, high, low, close] = packed.map(block => unpackCodes(block.column, planesOf(block)))
  const codes = { open: open!, high: high!, low: low!, close: close! }
  restorePrices(codes)
  const { scale } = packed[0]!.column
  return {
    open: valuesOf(codes.open, scale),
    high: valuesOf(codes.high, scale),
    low: valuesOf(codes.low, scale),
    close: valuesOf(codes.close, scale),
  }
}

describe('columns', () => {
  it('bring doubles back to the bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double({ noNaN: true })), async values => {
        const back = unpack(await packFloats('x', values, 'float64'))
        expect(Array.from(back)).toEqual(values)
      }),
    )
  })

  it('bring singles back to single precision, three bytes of them to 16 bits', async () => {
    const value = fc.double({ min: 1e-6, max: 1e12, noNaN: true })
    await fc.assert(
      fc.asyncProperty(fc.array(value), async values => {
        const whole = unpack(await packFloats('x', values, 'float32'))
        const short = unpack(await packFloats('x', values, 'float32', 3))
        values.forEach((was, k) => {
          expect(whole[k]).toBe(Math.fround(was))
          expect(Math.abs(short[k]! / was - 1)).toBeLessThan(2 ** -16)
        })
      }),
    )
  })

  it('bring whole numbers back exactly, and what has no value as NaN', async () => {
    const value = fc.option(fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), { nil: NaN })
    await fc.assert(
      fc.asyncProperty(fc.array(value), async values => {
        for (const coding of ['delta', 'plain'] as const) {
          const back = unpack(await packRounded('x', values, 1, coding))
          expect(Array.from(back, number => number + 0)).toEqual(values.map(number => number + 0))
        }
      }),
    )
  })

  it('bring decimal prices back exactly', async () => {
    const cents = fc.integer({ min: 1, max: 20_000_000 })
    const prices = fc.array(fc.tuple(cents, cents, cents, cents), { minLength: 1, maxLength: 200 })
    await fc.assert(
      fc.asyncProperty(prices, fc.integer({ min: 0, max: 6 }), async (rows, decimals) => {
        const scale = 10 ** decimals
        const candles = candlesFrom(
          60_000,
          rows.map(([open, high, low, close], k) => ({
            time: k * 60_000,
            open: open / scale,
            high: high / scale,
            low: low / scale,
            close: close / scale,
            volume: 1,
          })),
        )
        const back = await pricesBack(candles)
        for (const name of ['open', 'high', 'low', 'close'] as const) {
          expect(Array.from(back[name])).toEqual(Array.from(candles[name]))
        }
      }),
    )
  })

  it('keep seven digits of prices that are no decimals', async () => {
    const candles = sampleCandles({ candles: 2000, decimals: null })
    const back = await pricesBack(candles)
    for (const name of ['open', 'high', 'low', 'close'] as const) {
      candles[name].forEach((was, k) =>
        expect(Math.abs(back[name][k]! / was - 1)).toBeLessThan(1e-6),
      )
    }
  })
})

describe('the report page', () => {
  it('loads nothing from anywhere, and forbids it', async () => {
    const page = await pageOf(sampleReport({ candles: 600 }))
    expectText(page, 'default-src &#39;none&#39;')
    const markup = page.replace(/<script[\s\S]*?<\/script>/g, '')
    expectNone(markup, /<(link|img|iframe|object|embed|video|audio|source|base)\b/i)
    expectNone(markup, /\ssrc\s*=/i)
    expectNone(markup, /url\(|@import/i)
    expect(markup.match(/https?:\/\/[^"<\s]+/g), 'the attribution link only').toEqual([
      'https://www.tradingview.com/',
    ])
  })

  it('keeps texts inert, whatever they hold', async () => {
    const evil = `</script><img src=x onerror="alert(1)"><!-- ' &amp; -->`
    const base = sampleReport({ candles: 600 })
    const strategy = { ...base.manifest.strategies[0]!, name: evil, params: { [evil]: evil } }
    const page = await pageOf({
      ...base,
      runId: 'evil',
      warnings: [evil],
      indicators: [{ [evil]: base.equity }],
      trades: base.trades.map(trade => ({ ...trade, strategy: evil })),
      manifest: { ...base.manifest, symbol: `SYNTH${evil}`, strategies: [strategy] },
    })
    expectNone(page, /<img/)
    expect(page.match(/<script\b/g)!.length).toBe(page.match(/<\/script>/g)!.length)
    const payload = /<script type="application\/json" id="payload">([\s\S]*?)<\/script>/.exec(
      page,
    )![1]!
    expect(JSON.parse(payload)).toMatchObject({ strategies: [evil] })
  })

  it('says synthetic, shows warnings, the run and every metric with its formula', async () => {
    const report = sampleReport({ candles: 600 })
    const page = await pageOf(report)
    expectText(page, 'synthetic data')
    expectText(page, report.warnings[0]!)
    expectText(page, report.resultHash)
    for (const name of Object.keys(METRIC_FORMULAS)) expectText(page, `data-value="${name}"`)
  })

  it('gives the reason where a metric has no value', async () => {
    const base = sampleReport({ candles: 600 })
    const page = await pageOf({ ...base, metrics: { ...base.metrics, profitFactor: null } })
    expectText(page, 'data-value="profitFactor">–<')
    expectText(page, 'no losing trades')
  })

  it('says in words when the bounds differ in sign', async () => {
    const base = sampleReport({ candles: 600 })
    const bounds = {
      pessimistic: { finalEquity: 9000, totalReturn: -0.1 },
      optimistic: { finalEquity: 11_000, totalReturn: 0.1 },
    }
    const metrics = { ...base.metrics, ambiguousTrades: 4 }
    expectText(await pageOf({ ...base, bounds, metrics }), 'changes sign with the order')
  })

  it('is written for a run without trades and for one of a single candle', async () => {
    const base = sampleReport({ candles: 600, fast: 400, slow: 599 })
    expect(base.trades).toHaveLength(0)
    expectText(await pageOf(base), '0 trades')
    expectText(await pageOf(sampleReport({ candles: 1 })), '<title>ma_crossover')
  })

  it('is the same bytes for the same report', async () => {
    const report = sampleReport({ candles: 600 })
    expect((await pageOf(report)) === (await pageOf(report))).toBe(true)
  })
})

describe('monthlyReturns', () => {
  it('compounds months to years and years to the total', () => {
    const report = sampleReport({ candles: 9000, timeframeMs: 3_600_000 })
    const years = monthlyReturns({
      ...report.candles,
      equity: report.equity,
      capital: report.manifest.capital,
    })
    const product = (values: readonly (number | null)[]): number =>
      values.reduce<number>((all, value) => all * (1 + (value ?? 0)), 1)
    for (const { months, total } of years) expect(product(months)).toBeCloseTo(1 + total, 10)
    expect(product(years.map(year => year.total))).toBeCloseTo(1 + report.metrics.totalReturn, 10)
    expect(years.map(year => year.year)).toEqual([2021, 2022])
  })
})
