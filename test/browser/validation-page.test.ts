import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assay, assayJson } from '../cli/assay.js'
import { demoFolder } from '../cli/prepared-home.js'
import { launchChromium, missingChromium } from './chromium.js'
import { overlapsIn, PHONE, widthOf } from './pictures.js'

if (missingChromium !== null) console.warn(`skipped verdicts in a browser: ${missingChromium}`)

const title = `the page of a validation in Chromium${missingChromium === null ? '' : ` (${missingChromium})`}`

describe.skipIf(missingChromium !== null)(title, { concurrent: false }, () => {
  let browser: Browser
  let folder: string
  let url: string

  beforeAll(async () => {
    folder = await demoFolder()
    const path = join(folder, 'verdict.html')
    const market = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h', '--report', 'none']
    const grid = ['--grid', 'fast_ma=5:20:5', '--grid', 'slow_ma=30:60:10']
    const swept = await assayJson(folder, 'sweep', 'ma_crossover', ...market, ...grid)
    const id = String(swept['sweep_id'])
    const { code, err } = await assay(folder, 'validate', id, '--paths', '200', '--report', path)
    expect([0, 3], err).toContain(code)
    url = pathToFileURL(path).href
    browser = await launchChromium()
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function open(options: object): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage(options)
    const complaints: string[] = []
    page.on('console', message => complaints.push(message.text()))
    page.on('request', request => {
      if (request.url() !== url) complaints.push(request.url())
    })
    await page.goto(url)
    return { page, complaints }
  }

  it('fits a phone and a desk, dark and light, without a complaint', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const options of [PHONE, { viewport: { width: 1280, height: 900 } }]) {
        const { page, complaints } = await open({ ...options, colorScheme })
        expect(await widthOf(page)).toBeLessThanOrEqual(options.viewport.width)
        expect(await overlapsIn(page)).toEqual([])
        expect(complaints).toEqual([])
        await page.close()
      }
    }
  })

  it('has figures whose letters can be read on a phone', async () => {
    const { page } = await open(PHONE)
    const heights = await page
      .locator('.plot span')
      .evaluateAll(all => all.map(label => label.getBoundingClientRect().height))
    expect(heights.length).toBeGreaterThan(8)
    for (const height of heights) expect(height).toBeGreaterThan(11)
    await page.close()
  })
})
