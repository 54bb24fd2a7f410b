import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { metricsPage, PAGE } from '../../../scripts/docs-metrics.js'
import { formatMetric, METRIC_FORMULAS } from '../../../src/core/metrics/metric-formulas.js'
import { formatAmount, formatFixed, formatQuantity } from '../../../src/core/number-format.js'
import { sampleReport } from '../../backtest/run/sample-report.js'

describe('metric formulas', () => {
  it('explain every metric of a run, and no other', () => {
    const { metrics } = sampleReport({ candles: 600 })
    expect(Object.keys(METRIC_FORMULAS).sort()).toEqual(Object.keys(metrics).sort())
  })

  it('say why a metric is null wherever one is', () => {
    const { metrics } = sampleReport({ candles: 3 })
    for (const [name, value] of Object.entries(metrics)) {
      const { nullMeaning } = METRIC_FORMULAS[name as keyof typeof metrics]
      if (value === null) expect(nullMeaning, name).not.toBeNull()
    }
  })

  it('are what docs/metrics.md says', async () => {
    expect(readFileSync(PAGE, 'utf8'), 'run npm run docs').toBe(await metricsPage())
  })
})

describe('numbers', () => {
  it('are grouped and signed for people', () => {
    expect(formatFixed(1234567.891, 2)).toBe('1,234,567.89')
    expect(formatFixed(-0.001, 2)).toBe('0.00')
    expect(formatFixed(1e21, 2)).toBe('1.000e+21')
    expect(formatAmount(0.000123456)).toBe('0.000123')
    expect(formatQuantity(0.5)).toBe('0.5')
    expect(formatQuantity(98.41331234)).toBe('98.4133')
    expect(formatMetric(0.12344, 'change')).toBe('+12.34%')
    expect(formatMetric(null, 'ratio')).toBe('–')
  })
})
