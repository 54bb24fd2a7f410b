import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchChromium, openReport } from './chromium.js'
import { coloursIn, overlapsIn, PHONE, pictureOf, widthOf } from './pictures.js'

/** Pages of one kind, written to a folder of their own, and a browser to open them in. */
export interface PageBench<T> {
  readonly browser: () => Browser
  write(name: string, data: T): Promise<string>
}

/** Starts the browser before the tests of a file, and ends it after them. */
export function pageBench<T>(write: (data: T, path: string) => Promise<void>): PageBench<T> {
  let browser: Browser
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-figures-'))
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser.close()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    browser: () => browser,
    async write(name, data) {
      const path = join(folder, `${name}.html`)
      await write(data, path)
      return pathToFileURL(path).href
    },
  }
}

/** Opens a page in a browser that is set up so. */
type Open = (options?: BrowserContextOptions) => ReturnType<typeof openReport>

/** Opens the page of this data, which is written once. */
export function opener<T>(bench: PageBench<T>, data: T): Open {
  let url: Promise<string> | undefined
  return async options =>
    openReport(bench.browser(), await (url ??= bench.write('page', data)), options)
}

/** What holds for every page with charts: `chart` is one that is drawn in the colours of the theme. */
export function itSuitsItsReader(open: Open, chart: string): void {
  it('is dark where the system is, charts included, and by its button', async () => {
    const background = (page: Page): Promise<string> =>
      page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    const { page: light } = await open()
    const { page: dark } = await open({ colorScheme: 'dark' })
    expect(await background(dark)).not.toBe(await background(light))
    const bright = await pictureOf(light, chart)
    expect(await pictureOf(dark, chart)).not.toBe(bright)
    await light.click('#theme')
    await light.click('#theme')
    expect(await background(light)).toBe(await background(dark))
    expect(await pictureOf(light, chart)).not.toBe(bright)
    await light.close()
    await dark.close()
  })

  it('fits a phone without moving sideways, and no text stands on another', async () => {
    for (const width of [320, 390]) {
      const viewport = { width, height: 844 }
      const { page, complaints } = await open({ ...PHONE, viewport, colorScheme: 'dark' })
      expect(await widthOf(page)).toBeLessThanOrEqual(width)
      expect(await overlapsIn(page)).toEqual([])
      expect(await coloursIn(page, 0)).toBeGreaterThan(8)
      expect(complaints).toEqual([])
      await page.close()
    }
  })
}

/** What holds for every page of figures: `charts` is how many it has. */
export function itIsAPage<T>(bench: PageBench<T>, sample: T, charts: number): void {
  const open = opener(bench, sample)
  itSuitsItsReader(open, '#equity-chart')

  it('draws every figure without a complaint and without a request, dark and light', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, complaints, requests } = await open({ colorScheme })
      expect(await page.locator('.chart').count()).toBe(charts)
      for (let k = 0; k < charts; k++) {
        expect(await coloursIn(page, k), `chart ${k}`).toBeGreaterThan(8)
      }
      expect(complaints).toEqual([])
      expect(requests).toEqual([])
      await page.close()
    }
  })

  it('moves, zooms and takes logarithms, by mouse and by keys', async () => {
    const { page } = await open()
    const pictures = new Set([await pictureOf(page, '#equity-chart')])
    for (const label of ['Zoom in', 'Earlier', 'Show all']) {
      await page.locator('#equity-chart-tools').getByLabel(label).click()
      pictures.add(await pictureOf(page, '#equity-chart'))
    }
    expect(pictures.size, 'the last is the first again').toBe(3)
    await page.locator('#equity-chart-tools button', { hasText: 'Log' }).click()
    pictures.add(await pictureOf(page, '#equity-chart'))
    await page.locator('#equity-chart').press('+')
    pictures.add(await pictureOf(page, '#equity-chart'))
    await page.locator('#equity-chart-legend [data-curve="1"]').press('Enter')
    pictures.add(await pictureOf(page, '#equity-chart'))
    expect(pictures.size).toBe(6)
    await page.close()
  })

  it('names every figure for those who do not see it, and shows its tables without a script', async () => {
    const page = await bench.browser().newPage({ javaScriptEnabled: false })
    await page.goto(await bench.write('page', sample))
    const labels = await page
      .locator('.chart')
      .evaluateAll(all => all.map(chart => chart.getAttribute('aria-label') ?? ''))
    for (const label of labels) expect(label.length).toBeGreaterThan(15)
    expect(new Set(labels).size).toBe(charts)
    expect(await page.locator('main').innerText()).toContain('This is drawn by the page’s script.')
    expect(await page.locator('table').count()).toBeGreaterThan(3)
    expect(await page.locator('.chart').first().isVisible()).toBe(false)
    await page.close()
  })
}

/** Opens a page on a phone and finds nothing broken in it: no number that is none, no failed chart. */
export async function expectWhole<T>(bench: PageBench<T>, data: T): Promise<void> {
  const url = await bench.write('extreme', data)
  const { page, complaints } = await openReport(bench.browser(), url, PHONE)
  expect(complaints).toEqual([])
  const text = await page.locator('body').innerText()
  expect(/NaN|Infinity|undefined|could not be drawn/.exec(text)?.[0] ?? null).toBeNull()
  expect(await widthOf(page)).toBeLessThanOrEqual(390)
  const charts = await page.locator('.chart').count()
  for (let k = 0; k < charts; k++) {
    expect(await coloursIn(page, k), `chart ${k}`).toBeGreaterThan(3)
  }
  await page.close()
}

/** Opens a page whose names hold markup, points at a chart, and finds that none of it has run. */
export async function expectHarmless<T>(
  bench: PageBench<T>,
  data: T,
  chart = '#equity-chart',
): Promise<void> {
  const url = await bench.write('evil', data)
  const { page, complaints } = await openReport(bench.browser(), url, PHONE)
  const box = (await page.locator(chart).boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + 80)
  expect(await page.evaluate<boolean>('"broken" in window')).toBe(false)
  expect(await page.locator('img').count()).toBe(0)
  expect(await page.locator('body').innerText()).toContain('onerror')
  expect(await widthOf(page)).toBeLessThanOrEqual(390)
  expect(complaints).toEqual([])
  await page.close()
}

export const EVIL = `</script><img src=x onerror="window.broken = 1">`
