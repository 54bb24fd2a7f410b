import { describe, expect, it } from 'vitest'
import { writePortfolioPage } from '../../src/report/model/portfolio/portfolio-page.js'
import type { PortfolioReport } from '../../src/backtest/portfolio/portfolio-run.js'
import { samplePortfolio } from '../backtest/portfolio/sample-portfolio.js'
import { missingChromium, openReport } from './chromium.js'
import { EVIL, expectHarmless, expectWhole, itIsAPage, pageBench } from './figure-page.js'
import { pictureOf } from './pictures.js'

if (missingChromium !== null) console.warn(`skipped portfolios in a browser: ${missingChromium}`)

const title = `the page of a portfolio in Chromium${missingChromium === null ? '' : ` (${missingChromium})`}`

describe.skipIf(missingChromium !== null)(title, { concurrent: false }, () => {
  const bench = pageBench(writePortfolioPage)
  const report = samplePortfolio({ limits: { maxDailyLoss: 0.01, maxExposure: 0.5 } })
  itIsAPage(bench, report, 4)

  it('switches legs off, in the gains and in the weights', async () => {
    const { page } = await openReport(bench.browser(), await bench.write('legs', report))
    for (const id of ['gain-chart', 'weight-chart']) {
      const before = await pictureOf(page, `#${id}`)
      const chips = page.locator(`#${id}-legend [data-curve]`)
      expect(await chips.count()).toBe(4)
      await chips.first().press('Enter')
      expect(await chips.first().getAttribute('aria-pressed')).toBe('false')
      expect(await pictureOf(page, `#${id}`)).not.toBe(before)
    }
    await page.close()
  })

  it('says what the limits did', async () => {
    const { page } = await openReport(bench.browser(), await bench.write('limits', report))
    const text = await page.locator('main').innerText()
    expect(text).toContain('max daily loss 1.00%')
    const closed = report.outcome.trades.filter(({ exitReason }) => exitReason === 'risk_limit')
    const times = new Set(closed.map(({ exitTime }) => exitTime)).size
    expect(times).toBeGreaterThan(3)
    expect(text).toContain(`closed or reduced positions at ${times} candles`)
    await page.close()
  })

  it('opens half a million points, and zooms into them', async () => {
    const large = samplePortfolio({ candles: 500_000, timeframeMs: 60_000, strategies: ['only'] })
    const url = await bench.write('large', large)
    const { page, complaints } = await openReport(bench.browser(), url)
    await page.locator('#equity-chart-tools').getByLabel('Zoom in').click()
    await pictureOf(page, '#equity-chart')
    expect(complaints).toEqual([])
    await page.close()
  }, 120_000)

  it('runs nothing that a name holds', async () => {
    const unsafe = samplePortfolio({
      candles: 300,
      symbols: [EVIL, 'B-USDC'],
      strategies: [EVIL, 'other'],
    })
    await expectHarmless(bench, { ...unsafe, warnings: [EVIL] })
  })

  const extremes: Readonly<Record<string, PortfolioReport>> = {
    'one leg': samplePortfolio({ symbols: ['A-USDC'], strategies: ['only'] }),
    'equal weights': samplePortfolio({ allocation: { method: 'equal' } }),
    'no trade': samplePortfolio({ candles: 3 }),
    'twenty legs': samplePortfolio({
      candles: 800,
      symbols: ['A', 'B', 'C', 'D', 'E'].map(name => `${name}-USDC`),
      strategies: ['a', 'b', 'c', 'd'],
    }),
  }
  for (const [name, extreme] of Object.entries(extremes)) {
    it(`draws a portfolio with ${name}`, () => expectWhole(bench, extreme))
  }
})
