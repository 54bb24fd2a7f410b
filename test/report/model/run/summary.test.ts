import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newsOf } from '../../../../src/backtest/diagnosis/diagnosis.js'
import type { Report } from '../../../../src/backtest/run/record/report.js'
import { sparkline } from '../../../../src/report/model/text/sparkline.js'
import { summarise } from '../../../../src/report/model/run/summary.js'
import { METRIC_FORMULAS } from '../../../../src/core/metrics/metric-formulas.js'
import { widthOf, wrap } from '../../../../src/core/text-layout.js'
import type { Metrics } from '../../../../src/core/metrics/metrics.js'
import { sampleReport } from '../../../backtest/run/sample-report.js'

const report = sampleReport({ candles: 1500 })
const remarks = newsOf(report)

/** Lines of the summary as a terminal shows them: colours have no width. */
function linesOf(text: string): string[] {
  return text.replace(/\x1b\[\d+m/g, '').split('\n')
}

function expectNarrow(of: Report): void {
  for (const line of linesOf(summarise(of, { colour: true, remarks }))) {
    expect(widthOf(line), line).toBeLessThanOrEqual(80)
  }
}

describe('summarise', () => {
  it('states every cost and every risk setting, defaults too', () => {
    const text = summarise(report, { colour: false, remarks })
    expect(text).toContain('fee 10 bps, slippage 5 bps, tx cost 0, impact none, fill next_open')
    const joined = text.replace(/\n +/g, ' ')
    expect(joined).toContain(
      'position size all, stop loss 2.00%, take profit 3.00%, trailing stop 3.00%, time stop none, cooldown none',
    )
    expect(text).toContain('synthetic data')
    expect(text).toContain(report.resultHash.slice(0, 12))
  })

  it('says that the account stopped before any other figure: why, when, and the share since', () => {
    const at = Date.UTC(2024, 4, 6, 7)
    const stops = [
      [{ reason: 'ruin', at, limit: null, share: 0.25 }, 'The account was ruined'],
      [{ reason: 'max_drawdown', at, limit: 0.2, share: 0.25 }, 'Trading stopped'],
    ] as const
    for (const [stop, words] of stops) {
      const stopped = { ...report, stop }
      const lines = linesOf(summarise(stopped, { colour: true, remarks }))
      const said = lines.findIndex(line => line.includes(`${words} in the candle of 2024-05-06`))
      expect(said).toBeGreaterThan(0)
      expect(said).toBeLessThan(lines.findIndex(line => line.includes('Final equity')))
      expect(lines.join(' ')).toContain('25.00%')
      expectNarrow(stopped)
    }
  })

  it('has every metric in the order of the docs, amounts with their currency', () => {
    const lines = linesOf(summarise(report, { colour: false, remarks }))
    const from = lines.findIndex(line => line.startsWith('Final equity'))
    const labels = Object.values(METRIC_FORMULAS).map(({ label }) => label)
    const half = Math.ceil(labels.length / 2)
    labels.forEach((label, k) => {
      const line = lines[from + (k % half)]!
      expect(k < half ? line : line.slice(43), label).toMatch(new RegExp(`^${label} `))
    })
    expect(lines[from]).toMatch(/[\d.,]+ USDC/)
  })

  it('breaks trades down by the tags that the strategy gave, and by none where it gave none', () => {
    expect(summarise(report, { colour: false, remarks })).not.toContain('entry tag')
    const trades = report.trades.map((trade, k) => ({
      ...trade,
      entryTag: k % 2 === 0 ? 'dip' : 'a name of forty characters, which is most',
    }))
    const lines = linesOf(summarise({ ...report, trades }, { colour: false, remarks }))
    const head = lines.findIndex(line => line.startsWith('entry tag'))
    const counts = [1, 2].map(k => Number(lines[head + k]!.slice(32, 48)))
    expect(counts[0]! + counts[1]!).toBe(trades.length)
    expectNarrow({ ...report, trades })
  })

  it('shows what resting orders did, and nothing of them where none rested', () => {
    expect(summarise(report, { colour: false, remarks })).not.toContain('Resting orders')
    const orders = {
      placed: 1234,
      filled: 500,
      cancelled: 600,
      expired: 100,
      refused: 34,
      refusedBy: { no_cash: 30, would_take: 4 },
      buyFills: 260,
      sellFills: 250,
      makerShare: 0.93,
      spreadCapturedBps: 12.345,
      inventoryMean: 412.5,
      inventoryLargest: 2000,
      markout1Bps: -1.5,
      markout5Bps: null,
      markout20Bps: 3,
      quotingShare: 0.75,
    }
    const text = summarise({ ...report, orders }, { colour: false, remarks })
    expect(text).toMatch(/Spread captured, bps +12.35/)
    expect(text).toMatch(/Markout 5, bps +–/)
    expect(text).toContain('refused: no_cash 30, would_take 4')
    expectNarrow({ ...report, orders })
  })

  it('is plain text without colour', () => {
    expect(summarise(report, { colour: false, remarks })).not.toContain('\x1b')
    expect(summarise(report, { colour: true, remarks })).toContain('\x1b[1m')
  })

  it('counts every trade once among the exit reasons', () => {
    const lines = linesOf(summarise(report, { colour: false, remarks }))
    const head = lines.findIndex(line => line.startsWith('exit '))
    const rows = lines.slice(head + 1, lines.indexOf('', head))
    const counted = rows.reduce((sum, row) => sum + Number(row.slice(16, 32).trim()), 0)
    expect(counted).toBe(report.trades.length)
  })

  it('says in words when the bounds differ in sign', () => {
    const bounds = {
      pessimistic: { finalEquity: 9000, totalReturn: -0.1 },
      optimistic: { finalEquity: 11_000, totalReturn: 0.1 },
    }
    const metrics = { ...report.metrics, ambiguousTrades: 3 }
    const text = summarise({ ...report, bounds, metrics }, { colour: false, remarks })
    expect(text.replace(/\s+/g, ' ')).toContain('The result changes sign with the order')
    expectNarrow({ ...report, bounds, metrics })
  })

  it('stays within 80 columns for any numbers, names and warnings', () => {
    const number = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(1e300, -1e300, 1e-300, 0))
    const changes = fc.record({
      value: number,
      warning: fc.string({ maxLength: 400 }),
      name: fc.string({ minLength: 1, maxLength: 120 }),
    })
    fc.assert(
      fc.property(changes, ({ value, warning, name }) => {
        const metrics = Object.fromEntries(
          Object.entries(report.metrics).map(([key, old]) => [key, old === null ? null : value]),
        ) as unknown as Metrics
        const strategy = { ...report.manifest.strategies[0]!, name, params: { [name]: value } }
        const bounds = {
          pessimistic: { finalEquity: value, totalReturn: -Math.abs(value) },
          optimistic: { finalEquity: value, totalReturn: Math.abs(value) },
        }
        expectNarrow({
          ...report,
          metrics,
          bounds,
          warnings: [warning],
          manifest: { ...report.manifest, capital: value, strategies: [strategy, strategy] },
        })
      }),
      { numRuns: 150 },
    )
  })

  it('lets no control character of a name through', () => {
    const strategy = { ...report.manifest.strategies[0]!, name: 'a\x1b[2Jb\r\nc' }
    const manifest = { ...report.manifest, strategies: [strategy] }
    const text = summarise({ ...report, manifest }, { colour: false, remarks })
    expect(text.split('\n')[0]).toBe('a [2Jb c  SYNTH-USDC 1h')
  })
})

describe('sparkline', () => {
  it('spans the blocks from least to most, and is never wider than asked for', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 60)).toBe('▁▂▃▄▅▆▇█')
    expect(
      sparkline(
        Float64Array.from({ length: 1000 }, (_, k) => k),
        60,
      ),
    ).toHaveLength(60)
    expect(sparkline([5, 5], 60)).toBe('▅▅')
    expect(sparkline([], 60)).toBe('')
  })
})

describe('wrap', () => {
  it('keeps all words in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,60}$/)),
        fc.integer({ min: 10, max: 80 }),
        (words, width) => {
          const lines = wrap(words.join(' '), width, '  ')
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
          expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''))
        },
      ),
    )
  })
})
