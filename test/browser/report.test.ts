import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withMinus } from '../../src/report/model/page/html-text.js'
import { formatMetric, METRIC_FORMULAS } from '../../src/core/metrics/metric-formulas.js'
import type { Report } from '../../src/backtest/run/record/report.js'
import { writeReportPage } from '../../src/report/model/run/report-page.js'
import type { Metrics } from '../../src/core/metrics/metrics.js'
import { sampleReport } from '../backtest/run/sample-report.js'
import { launchChromium, missingChromium, mustHaveChromium, openReport } from './chromium.js'
import { overlapsIn } from './pictures.js'

if (missingChromium !== null) console.warn(`skipped the report in a browser: ${missingChromium}`)

if (missingChromium !== null && mustHaveChromium) {
  it('has a Chromium in CI', () => expect.unreachable(missingChromium ?? ''))
}

const title = `the report in Chromium${missingChromium === null ? '' : ` (${missingChromium})`}`

describe.skipIf(missingChromium !== null)(title, { concurrent: false }, () => {
  const report = sampleReport({ candles: 12_000 })
  let browser: Browser
  let folder: string
  let url: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-browser-'))
    browser = await launchChromium()
    url = await write('report', report)
  })
  afterAll(async () => {
    await browser.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function write(name: string, of: Report): Promise<string> {
    const path = join(folder, `${name}.html`)
    await writeReportPage(of, path)
    return pathToFileURL(path).href
  }

  const spanOf = (page: Page): Promise<string> => page.locator('#span').innerText()
  const cellsOf = (page: Page, column: number): Promise<string[]> =>
    page.locator(`#trade-table tbody tr[data-trade] td:nth-child(${column})`).allInnerTexts()

  it('draws without a complaint and without a request', async () => {
    const { page, complaints, requests } = await openReport(browser, url)
    expect(await coloursIn(page)).toBeGreaterThan(8)
    for (const figure of ['#histogram', '#scatter']) {
      expect(await page.locator(`${figure} svg`).count(), figure).toBe(1)
    }
    expect(complaints).toEqual([])
    expect(requests).toEqual([])
    await page.close()
  })

  it('prints the numbers of the report', async () => {
    const { page } = await openReport(browser, url)
    for (const name of Object.keys(METRIC_FORMULAS) as (keyof Metrics)[]) {
      const text = await page.locator(`[data-value="${name}"]`).innerText()
      const expected = formatMetric(report.metrics[name], METRIC_FORMULAS[name].unit)
      expect(text, name).toBe(withMinus(expected))
    }
    expect(await page.locator('.badge').innerText()).toBe('synthetic data')
    const first = await page.locator('tr[data-trade="0"]').innerText()
    expect(first).toContain(report.trades[0]!.entryPrice.toFixed(2))
    await page.close()
  })

  it('sorts the trades by a column, both ways, by mouse and by key', async () => {
    const { page } = await openReport(browser, url)
    const head = page.locator('#trade-table th', { hasText: 'Candles' })
    const column = (await page.locator('#trade-table th').allInnerTexts()).indexOf('Candles') + 1
    const candles = report.trades.map(trade => trade.candles).sort((a, b) => a - b)
    await head.locator('button').click()
    expect(await head.getAttribute('aria-sort')).toBe('ascending')
    expect((await cellsOf(page, column)).slice(0, 10).map(Number)).toEqual(candles.slice(0, 10))
    await head.locator('button').press('Enter')
    expect(await head.getAttribute('aria-sort')).toBe('descending')
    expect(Number((await cellsOf(page, column))[0])).toBe(candles.at(-1))
    await page.close()
  })

  it('filters the trades by exit reason, and by words', async () => {
    const { page } = await openReport(browser, url)
    await page.selectOption('select[name=reason]', 'take_profit')
    const won = report.trades.filter(trade => trade.exitReason === 'take_profit')
    await page.locator('#trade-count', { hasText: `${won.length} of` }).waitFor()
    expect(
      new Set(await page.locator('#trade-table tbody td.word:nth-child(10)').allInnerTexts()),
    ).toEqual(new Set(['take profit']))
    await page.fill('input[name=text]', '2021-03 profit')
    const march = won.filter(({ entryTime, exitTime }) =>
      [entryTime, exitTime].some(time => new Date(time).toISOString().startsWith('2021-03')),
    )
    await page.locator('#trade-count', { hasText: `${march.length} of` }).waitFor()
    await page.close()
  })

  it('moves the chart to a trade that is clicked, and to one chosen by keys', async () => {
    const { page } = await openReport(browser, url)
    const whole = await spanOf(page)
    await page.locator('tr[data-trade="5"]').click()
    await page.locator('#span').filter({ hasNotText: whole }).waitFor()
    const [since, until] = timesOf(await spanOf(page))
    const trade = report.trades[5]!
    expect(since).toBeLessThan(trade.entryTime)
    expect(until).toBeGreaterThan(trade.exitTime)
    expect(until! - since!).toBeLessThan(100 * 3_600_000)
    await page.locator('#trade-scroll').press('ArrowDown')
    await page.locator('#trade-scroll').press('Enter')
    const next = report.trades[6]!
    await page.waitForTimeout(200)
    const [later] = timesOf(await spanOf(page))
    expect(later).toBeGreaterThan(since!)
    expect(later).toBeLessThan(next.entryTime)
    await page.close()
  })

  it('tells of a trade under the pointer', async () => {
    const { page } = await openReport(browser, url)
    await page.locator('tr[data-trade="5"]').click()
    await page.waitForTimeout(600)
    const box = (await page.locator('#chart').boundingBox())!
    const tip = page.locator('#tip')
    for (let x = 10; x < box.width - 80 && !(await tip.isVisible()); x += 6) {
      await page.mouse.move(box.x + x, box.y + 150)
    }
    expect(await tip.innerText()).toMatch(/#\d+ (buy|exit) [\d.]+ at [\d.,]+/)
    await page.close()
  })

  it('tells the bad news first: that it stopped, the diagnosis, then numbers and settings', async () => {
    const at = report.candles.time[6000]!
    const stop = { reason: 'max_drawdown', at, limit: 0.2, share: 0.5 } as const
    const remarks = [
      { code: 'x', severity: 'serious' as const, text: 'A serious remark.', evidence: {} },
    ]
    const path = join(folder, 'stopped.html')
    await writeReportPage({ ...report, stop }, path, { remarks })
    const { page, complaints } = await openReport(browser, pathToFileURL(path).href)
    const titles = await page
      .locator('main section')
      .evaluateAll(all =>
        all
          .slice(0, 4)
          .map(one => one.getAttribute('aria-label') ?? one.querySelector('h2')?.textContent ?? ''),
      )
    expect(titles).toEqual(['The account stopped', 'Diagnosis', 'Headline numbers', 'Settings'])
    expect(await page.locator('.stopped').innerText()).toContain('50.00% of the run')
    const doubts = await page.locator('.doubts li').allInnerTexts()
    expect(doubts[0]).toMatch(/serious\s+A serious remark\./)
    expect(doubts[1]).toMatch(/warning\s+The candles are synthetic/)
    const plain = await openReport(browser, url)
    expect(await picturesOf(page)).not.toBe(await picturesOf(plain.page))
    expect(complaints).toEqual([])
    await page.close()
    await plain.page.close()
  })

  it('has its contents at the top of the window, which keys reach', async () => {
    const { page } = await openReport(browser, url)
    const link = page.locator('.contents a', { hasText: 'Metrics' })
    await link.focus()
    await page.keyboard.press('Enter')
    await page.waitForTimeout(100)
    const heading = (await page.locator('h2', { hasText: 'Metrics' }).boundingBox())!
    const bar = (await page.locator('.contents').boundingBox())!
    expect(bar.y).toBe(0)
    expect(heading.y).toBeGreaterThanOrEqual(bar.height)
    expect(heading.y).toBeLessThan(bar.height + 60)
    const missing = await page.evaluate<number>(
      `[...document.querySelectorAll('.contents a')]
        .filter(one => document.querySelector(one.getAttribute('href')) === null).length`,
    )
    expect(missing).toBe(0)
    await page.close()
  })

  it('names its panes beside the chart, and no price below 0', async () => {
    const { page } = await openReport(browser, url)
    const chart = (await page.locator('#chart').boundingBox())!
    const names = page.locator('.pane-label')
    expect(await names.allInnerTexts()).toEqual(
      expect.arrayContaining(['Price', 'Equity', 'Drawdown']),
    )
    for (const name of await names.all()) {
      const box = (await name.boundingBox())!
      expect(box.x + box.width).toBeLessThanOrEqual(chart.x)
    }
    await page.close()
  })

  it('turns dark and light by its button', async () => {
    const { page } = await openReport(browser, url)
    const background = (): Promise<string> =>
      page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    const light = await background()
    const shades = new Set([light])
    for (let k = 0; k < 2; k++) {
      await page.click('#theme')
      shades.add(await background())
    }
    expect(shades.size).toBe(2)
    expect(await page.locator('#theme').innerText()).toBe('Theme: dark')
    await page.close()
  })

  it('fits a phone without moving sideways', async () => {
    for (const width of [320, 360]) {
      const { page } = await openReport(browser, url, {
        viewport: { width, height: 740 },
        isMobile: true,
        hasTouch: true,
      })
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
      expect(wide).toBeLessThanOrEqual(width)
      expect(await overlapsIn(page)).toEqual([])
      expect(await coloursIn(page)).toBeGreaterThan(8)
      await page.close()
    }
  })

  it('runs nothing that a name or a warning holds', async () => {
    const evil = `</script><img src=x onerror="window.broken = 1">`
    const strategy = { ...report.manifest.strategies[0]!, name: evil }
    const unsafe = await write('evil', {
      ...report,
      warnings: [evil],
      indicators: [{ [evil]: report.equity }],
      manifest: { ...report.manifest, strategies: [strategy, strategy] },
    })
    const { page, complaints } = await openReport(browser, unsafe)
    expect(await page.evaluate<boolean>('"broken" in window')).toBe(false)
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.locator('.warnings li span').innerText()).toBe(evil)
    expect(complaints).toEqual([])
    await page.close()
  })

  it('opens and pans a million candles', async () => {
    const large = await write('large', sampleReport({ candles: 1_000_000, timeframeMs: 60_000 }))
    const { page, complaints } = await openReport(browser, large)
    expect(await coloursIn(page)).toBeGreaterThan(8)
    await page.locator('[data-range="7"]').click()
    const [since, until] = timesOf(await spanOf(page))
    expect((until! - since!) / 86_400_000).toBeCloseTo(7, 0)
    await page.evaluate(`document.querySelector('#chart').scrollIntoView()`)
    const box = (await page.locator('#chart').boundingBox())!
    await page.mouse.move(box.x + 300, box.y + 200)
    await page.mouse.down()
    await page.mouse.move(box.x + 900, box.y + 200, { steps: 5 })
    await page.mouse.up()
    await page.waitForTimeout(300)
    expect(timesOf(await spanOf(page))[0]).toBeLessThan(since!)
    for (let k = 0; k < 6; k++) await page.locator('[data-move="in"]').click()
    await page.waitForTimeout(200)
    await page.mouse.move(box.x + 400, box.y + 200)
    expect(await page.locator('#legend time').innerText()).not.toContain('a bar')
    expect(complaints).toEqual([])
    await page.close()
  })
})

/** Different colours among the pixels of all canvases: an empty chart has two or three. */
function coloursIn(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    const colours = new Set()
    for (const canvas of document.querySelectorAll('canvas')) {
      if (canvas.width === 0 || canvas.height === 0) continue
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      for (const pixel of new Uint32Array(data.buffer)) colours.add(pixel)
    }
    return colours.size
  })()`)
}

/** Both times of `2021-01-01 00:00 to 2021-01-02 00:00`. */
function timesOf(text: string): number[] {
  return text.split(' to ').map(time => Date.parse(`${time.replace(' ', 'T')}Z`))
}

/** The pixels of the chart as text. */
function picturesOf(page: Page): Promise<string> {
  return page.evaluate<string>(
    `[...document.querySelectorAll('#chart canvas')].map(layer => layer.toDataURL()).join()`,
  )
}
