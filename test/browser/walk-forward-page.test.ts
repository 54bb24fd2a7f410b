import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { WalkForwardPageData } from '../../src/backtest/walk-forward/walk-forward-page-data.js'
import { writeWalkForwardPage } from '../../src/report/model/walk-forward/walk-forward-page.js'
import { sampleWalkForward } from '../report/model/walk-forward/sample-walk-forward.js'
import { missingChromium, openReport } from './chromium.js'
import { EVIL, expectHarmless, expectWhole, itIsAPage, pageBench } from './figure-page.js'
import { pictureOf } from './pictures.js'

if (missingChromium !== null) console.warn(`skipped walk-forwards in a browser: ${missingChromium}`)

const title = `the page of a walk-forward in Chromium${missingChromium === null ? '' : ` (${missingChromium})`}`

describe.skipIf(missingChromium !== null)(title, { concurrent: false }, () => {
  const bench = pageBench(writeWalkForwardPage)
  const data = sampleWalkForward()
  itIsAPage(bench, data, 5)

  it('compares training and test by several measures', async () => {
    const { page } = await openReport(bench.browser(), await bench.write('pairs', data))
    const pictures = new Set([await pictureOf(page, '#fold-pairs')])
    const buttons = page.locator('#fold-pairs-tools button')
    expect(await buttons.allInnerTexts()).toEqual([
      'Sharpe',
      'Growth a day',
      'Max drawdown',
      'Trades a day',
    ])
    for (const label of ['Growth a day', 'Max drawdown', 'Trades a day']) {
      const button = buttons.filter({ hasText: label })
      await button.click()
      expect(await button.getAttribute('aria-pressed')).toBe('true')
      pictures.add(await pictureOf(page, '#fold-pairs'))
    }
    expect(pictures.size).toBe(4)
    await page.close()
  })

  it('tells of the fold under the pointer', async () => {
    const { page } = await openReport(bench.browser(), await bench.write('tip', data))
    const box = (await page.locator('#equity-chart').boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + 100)
    const tip = page.locator('#equity-chart .tip')
    await tip.waitFor()
    expect(await tip.innerText()).toMatch(/equity\s+[\d,.]+/)
    expect(await tip.innerText()).toMatch(/fold\s+\d+/)
    await page.close()
  })

  it('stays small with a curve of a million points, and zooms into it', async () => {
    const large = sampleWalkForward({ folds: 20, points: 50_000 })
    const url = await bench.write('large', large)
    expect((await stat(fileURLToPath(url))).size).toBeLessThan(2_000_000)
    const { page, complaints } = await openReport(bench.browser(), url)
    await page.locator('#equity-chart-tools').getByLabel('Zoom in').click()
    await pictureOf(page, '#equity-chart')
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  it('runs nothing that a name holds', async () => {
    await expectHarmless(bench, {
      ...sampleWalkForward({
        strategy: EVIL,
        symbol: EVIL,
        objective: EVIL,
        names: [EVIL, 'template'],
      }),
      notes: [EVIL],
      facts: [[EVIL, EVIL]],
    })
  })

  const extremes: Readonly<Record<string, WalkForwardPageData>> = {
    'one fold': sampleWalkForward({ folds: 1 }),
    'folds without a pick and without a trade': sampleWalkForward({
      folds: 6,
      unpicked: [0, 3],
      idle: [1],
    }),
    'no pick at all': sampleWalkForward({ folds: 3, unpicked: [0, 1, 2] }),
    'a hole between folds': sampleWalkForward({ folds: 6, holeBefore: 3 }),
    'many folds': sampleWalkForward({ folds: 120, points: 24 }),
    'nothing that varies': sampleWalkForward({ names: [] }),
    'one point a test': sampleWalkForward({ folds: 4, points: 1 }),
  }
  for (const [name, extreme] of Object.entries(extremes)) {
    it(`draws a walk-forward with ${name}`, () => expectWhole(bench, extreme))
  }
})
