import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { SweepPageData } from '../../src/backtest/sweep/tally/sweep-page-data.js'
import { writeSweepPage } from '../../src/report/model/sweep/sweep-page.js'
import { AXES, range, sampleSweep } from '../report/model/sweep/sample-sweep-page.js'
import { missingChromium } from './chromium.js'
import {
  EVIL,
  expectHarmless,
  expectWhole,
  itSuitsItsReader,
  opener,
  pageBench,
} from './figure-page.js'
import { coloursIn, pictureOf } from './pictures.js'

if (missingChromium !== null) console.warn(`skipped sweeps in a browser: ${missingChromium}`)

const title = `the page of a sweep in Chromium${missingChromium === null ? '' : ` (${missingChromium})`}`

describe.skipIf(missingChromium !== null)(title, { concurrent: false }, () => {
  const data = sampleSweep({ trials: 4_000, groups: ['base', 'swing', 'scalp'] })
  const bench = pageBench(writeSweepPage)
  const open = opener(bench, data)
  itSuitsItsReader(open, '#map-chart')

  const rowsOf = (page: Page): Promise<string[]> =>
    page
      .locator('#trial-table tr[data-trial]')
      .evaluateAll(rows => rows.map(row => row.getAttribute('data-trial') ?? ''))
  const columnOf = async (page: Page, name: string): Promise<string[]> => {
    const heads = await page.locator('#trial-table th').allInnerTexts()
    const column = heads.indexOf(name) + 1
    return page.locator(`#trial-table tr[data-trial] td:nth-child(${column})`).allInnerTexts()
  }

  it('draws every chart without a complaint and without a request', async () => {
    const { page, complaints, requests } = await open()
    const charts = await page.locator('.chart').count()
    expect(charts).toBe(AXES.length + 4)
    for (let k = 0; k < charts; k++) {
      expect(await coloursIn(page, k), `chart ${k}`).toBeGreaterThan(8)
    }
    expect(complaints).toEqual([])
    expect(requests).toEqual([])
    await page.close()
  })

  it('shows another picture for another pair, and for best, mean and count', async () => {
    const { page } = await open()
    const pictures = new Set([await pictureOf(page, '#map-chart')])
    for (const shown of ['mean', 'count']) {
      await page.click(`[data-map=${shown}]`)
      expect(await page.getAttribute(`[data-map=${shown}]`, 'aria-pressed')).toBe('true')
      pictures.add(await pictureOf(page, '#map-chart'))
    }
    expect(await page.locator('#map-scale').innerText()).toContain('trials in a cell')
    await page.selectOption('#map-pair', '1')
    pictures.add(await pictureOf(page, '#map-chart'))
    expect(pictures.size).toBe(4)
    await page.close()
  })

  it('has a scale that is symmetric about 0, and a sign for cells without a trial', async () => {
    const { page } = await open()
    const key = await page.locator('#map-scale').innerText()
    const [low, high] = [...key.matchAll(/[\d.]+\d/g)].map(([text]) => text)
    expect(low).toBe(high)
    expect(key).toContain('−')
    expect(key).toContain('the middle is 0')
    expect(key).toContain('no trial')
    await page.close()
  })

  it('tells of a cell under the pointer, and of one reached by keys', async () => {
    const { page } = await open()
    const chart = page.locator('#map-chart')
    await chart.press('ArrowUp')
    const best = await page.locator('#map-cell').innerText()
    const [fast, slow] = data.trials[0]!.values
    expect(best).toContain(`fast_ma ${String(fast)}, slow_ma ${String(slow)}: best`)
    await chart.press('ArrowRight')
    expect(await page.locator('#map-cell').innerText()).toContain(`fast_ma ${Number(fast) + 1},`)
    const box = (await chart.boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    const tip = page.locator('#map-chart .tip', { hasText: 'fast_ma 27,' })
    await tip.waitFor()
    expect(await tip.innerText()).toMatch(/fast_ma 27, slow_ma \d+/)
    expect(await tip.innerText()).toContain('trials')
    await page.close()
  })

  it('sorts 3,000 trials by a column, both ways, by mouse and by key', async () => {
    const { page } = await open()
    expect(await page.locator('#trial-count').innerText()).toBe('3,000 trials')
    expect((await rowsOf(page)).slice(0, 5)).toEqual(
      data.trials.slice(0, 5).map(trial => String(trial.number)),
    )
    const head = page.locator('#trial-table th', { hasText: 'Trades' })
    const trades = data.trials.map(trial => trial.metrics['trades']!).sort((a, b) => a - b)
    await head.locator('button').click()
    expect(await head.getAttribute('aria-sort')).toBe('descending')
    expect((await columnOf(page, 'Trades'))[0]).toBe(String(trades.at(-1)))
    await head.locator('button').press('Enter')
    expect((await columnOf(page, 'Trades'))[0]).toBe(String(trades[0]))
    expect((await rowsOf(page)).length).toBeLessThan(100)
    await page.close()
  })

  it('filters by words and values, and scrolls to the last trial', async () => {
    const { page } = await open()
    await page.fill('input[name=text]', 'fast_ma=12 swing')
    const found = data.trials.filter(({ values, label }) => values[0] === 12 && label === 'swing')
    await page.locator('#trial-count', { hasText: `${found.length} of 3,000 trials` }).waitFor()
    expect(new Set(await columnOf(page, 'fast_ma'))).toEqual(new Set(['12']))
    await page.fill('input[name=text]', '')
    await page.locator('#trial-count', { hasText: /^3,000 trials$/ }).waitFor()
    await page.locator('#trial-scroll').press('End')
    await page.locator(`tr[data-trial="${data.trials.at(-1)!.number}"]`).waitFor()
    await page.check('input[name=all]')
    expect(await page.locator('#trial-table th').allInnerTexts()).toContain('Volatility')
    await page.close()
  })

  it('switches lines of equity off, and to a logarithmic scale', async () => {
    const { page } = await open()
    const pictures = new Set([await pictureOf(page, '#equity-chart')])
    const chip = page.locator('[data-curve="0"]')
    await chip.press('Enter')
    expect(await chip.getAttribute('aria-pressed')).toBe('false')
    pictures.add(await pictureOf(page, '#equity-chart'))
    await page.click('#equity-log')
    pictures.add(await pictureOf(page, '#equity-chart'))
    expect(pictures.size).toBe(3)
    await page.close()
  })

  it('shows more or fewer lines over all axes', async () => {
    const { page } = await open()
    const before = await pictureOf(page, '#parallel-chart')
    await page.click('[data-best="25"]')
    expect(await pictureOf(page, '#parallel-chart')).not.toBe(before)
    await page.close()
  })

  it('shows its tables where scripts are off', async () => {
    const page = await bench.browser().newPage({ javaScriptEnabled: false })
    await page.goto(await bench.write('tables', data))
    const text = await page.locator('main').innerText()
    for (const { number } of data.trials.slice(0, 10)) expect(text).toContain(`#${number}`)
    expect(text).toContain('This is drawn by the page’s script.')
    expect(await page.locator('#trial-scroll').isVisible()).toBe(false)
    await page.close()
  })

  it('runs nothing that a name holds', async () => {
    const sample = sampleSweep({ trials: 60, groups: [EVIL, `${EVIL}2`] })
    const unsafe = {
      ...sample,
      ...{ title: EVIL, objective: EVIL, notes: [EVIL] },
      axes: sample.axes.map(axis => ({ ...axis, name: EVIL })),
    }
    await expectHarmless(bench, unsafe, '#map-chart')
  })

  const wide = range(1, 60, 1)
  const extremes: Readonly<Record<string, SweepPageData>> = {
    'templates only': sampleSweep({ axes: [], trials: 6, groups: ['a', 'b', 'c'] }),
    'one axis': sampleSweep({ axes: AXES.slice(0, 1), trials: 80 }),
    'words only': sampleSweep({ axes: AXES.slice(3), trials: 80 }),
    'one trial': sampleSweep({ trials: 1 }),
    'no score': sampleSweep({ trials: 30, score: null, curves: 0 }),
    'no trial at all': { ...sampleSweep({ trials: 3, score: null, curves: 0 }), trials: [] },
    'scores all equal': sampleSweep({ trials: 100, score: -0.25 }),
    '60 by 60 cells': sampleSweep({
      axes: ['a', 'b'].map(name => ({ name, values: wide })),
      trials: 5_000,
    }),
  }
  for (const [name, extreme] of Object.entries(extremes)) {
    it(`draws a sweep with ${name}`, () => expectWhole(bench, extreme))
  }
})
