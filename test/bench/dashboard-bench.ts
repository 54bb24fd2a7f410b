import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { cutCandles, type Candles } from '../../src/core/candles/candles.js'
import { launchChromium, missingChromium } from '../browser/chromium.js'
import { pageBytes } from '../browser/page-bytes.js'
import { addressOf, startAssay } from './api-bench.js'
import { assay, assayOutput, writeCsv } from './cli-bench.js'

const CANDLES = 100_000
const ROUNDS = 5
/** Candles of the replay a second: averages of one and two candles trade on most of them. */
const CANDLES_PER_SECOND = 80
const MARKET = ['--symbol', 'WALK-USDC', '--timeframe', '1m']
const KEYS = 60

/** Counts frames of the page from now on, and what is typed until the next one is painted. */
const WATCH = `(() => {
  window.frames_ = []
  let last = performance.now()
  const step = now => {
    frames_.push(now - last)
    last = now
    requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
  window.delays_ = []
  addEventListener('keydown', event => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => delays_.push(performance.now() - event.timeStamp)
      port2.postMessage(null)
    })
  }, true)
})()`

/**
 * The dashboard in a real Chromium over a server on loopback, beside a paper session whose events come
 * as fast as they are stored. Browser, server and session share the machine. Null without a browser.
 */
export async function benchDashboard(candles: Candles): Promise<Record<string, number> | null> {
  if (missingChromium !== null) {
    process.stderr.write(`the dashboard was left out: ${missingChromium}\n`)
    return null
  }
  const home = mkdtempSync(join(tmpdir(), 'assay-bench-'))
  const file = join(home, 'walk.csv')
  await writeCsv(file, cutCandles(candles, 0, CANDLES))
  await assay(home, 'data', 'import', file, ...MARKET)
  const made = await assayOutput(home, 'keys', 'create', '--scope', 'read', '--json')
  const { key } = JSON.parse(made) as { key: string }
  const server = startAssay(home, 'serve', '--port', '0')
  const url = await addressOf(server)
  const browser = await launchChromium()
  const running = [server]
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.addInitScript(
      `if (location.host !== '') sessionStorage.setItem('assay.key', ${JSON.stringify(key)})`,
    )
    const first = await firstPictures(page, url)
    const chart = await chartFigures(page, url)
    const speed = String(CANDLES_PER_SECOND * 60)
    const replay = ['--feed', 'replay', '--speed', speed, '--report', 'none']
    const params = ['--fast-ma', '1', '--slow-ma', '2', '--min-volume', '0']
    const paper = startAssay(home, 'paper', 'ma_crossover', ...MARKET, ...params, ...replay)
    running.push(paper)
    // Nobody reads what it prints, and it would wait.
    paper.stdout!.resume()
    const page_gzip_kb = pageBytes() / 1000
    return { page_gzip_kb, ...first, ...chart, ...(await typingFigures(page, url)) }
  } finally {
    await browser.close()
    for (const child of running) {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    }
    rmSync(home, { recursive: true, force: true })
  }
}

/** From the request to the first picture, and until the screen says how things stand. */
async function firstPictures(page: Page, url: string): Promise<Record<string, number>> {
  const [pictures, standings]: [number[], number[]] = [[], []]
  for (let k = 0; k < ROUNDS; k++) {
    await page.goto('about:blank')
    await page.goto(`${url}/#/now`)
    await page.getByText('No session runs.').waitFor()
    standings.push(await page.evaluate<number>('performance.now()'))
    const paints = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    pictures.push(await page.evaluate<number>(paints))
  }
  const middle = (of: number[]): number => of.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!
  return { page_first_picture_ms: middle(pictures), page_first_standing_ms: middle(standings) }
}

/** Goes back to the first of the candles by the wheel and by the buttons, and looks at all of them. */
async function chartFigures(page: Page, url: string): Promise<Record<string, number>> {
  await page.goto('about:blank')
  await page.goto(`${url}/#/market`)
  await page.evaluate(WATCH)
  const chart = page.locator('.chart canvas').first()
  await chart.waitFor()
  const shown = await page.evaluate<number>('performance.now()')
  const box = (await page.locator('.chart').boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  const begin = performance.now()
  while (!(await page.getByText('100,000 candles are here').isVisible())) {
    await page.getByRole('button', { name: 'Wider' }).click()
    await page.waitForTimeout(100)
    if (performance.now() - begin > 120_000) throw new Error('the first candle was not reached')
  }
  const loading = await frames(page)
  for (let k = 0; k < 60; k++) {
    await page.mouse.wheel(0, k % 40 < 20 ? -120 : 120)
    await page.waitForTimeout(16)
  }
  const zooming = await frames(page)
  for (let k = 0; k < 120; k++) {
    await page.mouse.wheel(k % 60 < 30 ? -200 : 200, 0)
    await page.waitForTimeout(16)
  }
  const scrolling = await frames(page)
  return {
    chart_first_candles_ms: shown,
    chart_100k_loading_frame_p95_ms: loading.p95,
    chart_100k_loading_frame_max_ms: loading.max,
    chart_100k_zoom_frame_p95_ms: zooming.p95,
    chart_100k_scroll_frame_p95_ms: scrolling.p95,
    chart_100k_scroll_frame_max_ms: scrolling.max,
  }
}

/** Types into the filter of events while they come. */
async function typingFigures(page: Page, url: string): Promise<Record<string, number>> {
  await page.goto('about:blank')
  await page.goto(`${url}/#/events`)
  await page.evaluate(WATCH)
  const filter = page.getByLabel('Filter')
  await page.getByRole('log').locator('li').nth(200).waitFor({ timeout: 60_000 })
  const newest = (): Promise<number> =>
    page.evaluate<number>(`fetch('/v1/events/last', {
      headers: { authorization: 'Bearer ' + sessionStorage.getItem('assay.key') },
    }).then(answer => answer.json()).then(({ last }) => last)`)
  await frames(page)
  const [before, begin] = [await newest(), performance.now()]
  for (let k = 0; k < KEYS; k++) {
    await filter.press(k % 2 === 0 ? 'o' : 'Backspace')
    await page.waitForTimeout(60)
  }
  const came = ((await newest()) - before) / ((performance.now() - begin) / 1000)
  const busy = await frames(page)
  const delays = await page.evaluate<number[]>('delays_')
  return {
    page_events_per_s: came,
    page_events_kept: await page.getByRole('log').locator('li').count(),
    page_typing_p95_ms: nth(delays, 0.95),
    page_typing_max_ms: Math.max(...delays),
    page_typing_frame_p95_ms: busy.p95,
  }
}

/** How long frames took since the last look. */
async function frames(page: Page): Promise<{ readonly p95: number; readonly max: number }> {
  const all = await page.evaluate<number[]>('frames_.splice(0)')
  return { p95: nth(all, 0.95), max: Math.max(...all) }
}

function nth(all: readonly number[], part: number): number {
  return [...all].sort((a, b) => a - b)[Math.floor(all.length * part)] ?? NaN
}
