import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assay, assayJson, REPOSITORY } from '../cli/assay.js'
import { demoFolder } from '../cli/prepared-home.js'
import { launchChromium, missingChromium, mustHaveChromium } from './chromium.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const SCREENS = [
  'now',
  'market',
  'performance',
  'settings',
  'research',
  'promotions',
  'events',
  'house',
]
const STILL = { reducedMotion: 'reduce' } as const
const DESK = { ...STILL, viewport: { width: 1440, height: 900 }, colorScheme: 'light' } as const
const PHONE = { ...STILL, viewport: { width: 360, height: 640 }, colorScheme: 'dark' } as const
const LONG = 100_000
const MINUTE_MS = 60_000
const LONG_SET = {
  symbol: 'LONG-USDC',
  timeframe: '1m',
  source: 'file',
  count: LONG,
}
const LONGEST_MS = 60_000
const REASON = 'a test of the dashboard on synthetic data'

let folder: string
let browser: Browser
let server: Started
let session: ChildProcess
let key: string

interface Started {
  readonly child: ChildProcess
  readonly url: string
}

/** A process of the built command line, which goes on. */
function started(...args: string[]): ChildProcess {
  return spawn(process.execPath, [join(REPOSITORY, 'bin/assay.js'), ...args], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: '', REDIS_URL: '', ASSAY_HOME: join(folder, '.assay') },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

async function serving(port: string): Promise<Started> {
  const child = started('serve', '--port', port)
  let text = ''
  for await (const piece of child.stdout!.setEncoding('utf8')) {
    text += piece as string
    const [, url] = /listening on (http\S+)/.exec(text) ?? []
    if (url !== undefined) return { child, url }
  }
  throw new Error(`the server ended before it listened: ${text}`)
}

const ended = (child: ChildProcess): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise(resolve => child.once('exit', resolve))

// One session is played through, in order.
describe.skipIf(missingChromium !== null && !mustHaveChromium)(
  'the dashboard',
  { shuffle: false },
  () => {
    beforeAll(async () => {
      folder = await demoFolder()
      const [run] = (await assayJson(folder, 'runs', 'list')) as unknown as { run_id: string }[]
      const made = await assayJson(
        folder,
        'promote',
        run!.run_id,
        '--to',
        'paper',
        '--override',
        REASON,
      )
      // An address of its own, for it is opened in the same place again.
      server = await serving('0')
      const created = await assayJson(folder, 'keys', 'create', '--scope', 'admin')
      key = String(created['key'])
      const promotion = String(made['promotion_id'])
      session = started(
        'paper',
        '--promotion',
        promotion,
        '--feed',
        'replay',
        '--speed',
        '14400',
        '--from',
        '2024-02-01',
      )
      browser = await launchChromium()
    }, 120_000)
    afterAll(async () => {
      await browser?.close()
      for (const child of [session, server?.child]) {
        child?.kill('SIGKILL')
        if (child !== undefined) await ended(child)
      }
      rmSync(folder, { recursive: true, force: true })
    })

    async function opened(options: BrowserContextOptions): Promise<{ page: Page; told: string[] }> {
      const context = await browser.newContext(options)
      const page = await context.newPage()
      page.setDefaultTimeout(LONGEST_MS)
      const told: string[] = []
      page.on('console', message => {
        if (message.type() === 'error') told.push(message.text())
      })
      page.on('pageerror', error => told.push(error.message))
      await page.goto(server.url)
      await page.getByLabel('Key').fill(key)
      await page.getByRole('button', { name: 'Open' }).click()
      await page.getByText('last close').waitFor()
      return { page, told }
    }

    const commands = async (): Promise<string[]> => {
      const headers = { authorization: `Bearer ${key}` }
      const get = async (path: string): Promise<{ items: Record<string, unknown>[] }> =>
        (await (await fetch(`${server.url}${path}`, { headers })).json()) as never
      const { items } = await get('/v1/sessions')
      const { items: asked } = await get(`/v1/sessions/${String(items[0]!['session_id'])}/commands`)
      return asked.map(({ command }) => (command as { name: string }).name)
    }

    it('opens with a key, shows trades as they happen, and is steered', async () => {
      const { page, told } = await opened(DESK)
      // The key is in this tab, and in no address.
      expect(page.url()).not.toContain(key)
      expect(await page.evaluate('localStorage.length')).toBe(0)
      await page
        .getByRole('log')
        .getByText(/bought|sold/)
        .first()
        .waitFor()
      await page.getByRole('button', { name: 'Pause' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.waitFor()
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Cancel')
      await dialog.getByRole('button', { name: 'Pause' }).dblclick()
      await dialog.getByText('Done: the session has taken pause.').waitFor()
      await dialog.getByRole('button', { name: 'Close' }).click()
      await page.getByText('paused: exits only').waitFor()
      expect(await commands()).toEqual(['pause'])
      await page.getByRole('button', { name: 'Resume' }).click()
      await dialog.getByRole('button', { name: 'Resume' }).click()
      await dialog.getByText('Done: the session has taken resume.').waitFor()
      await page.keyboard.press('Escape')
      expect(told).toEqual([])
      await page.context().close()
    }, 120_000)

    it('changes settings, which take effect in the session', async () => {
      const { page, told } = await opened(DESK)
      await page.goto(`${server.url}/#/settings`)
      await page.getByLabel(/^stop loss/).fill('0.041')
      await page.getByRole('button', { name: 'Save 1 change' }).click()
      await page.getByText('Accepted.').waitFor()
      await page.getByText(/in effect in session/).waitFor()
      await page.getByLabel(/^stop loss/).fill('7')
      await page.getByRole('button', { name: 'Save 1 change' }).click()
      await page.getByRole('alert').filter({ hasText: 'stop_loss' }).waitFor()
      const got = await assayJson(folder, 'settings', 'get', 'SYNTH-USDC')
      expect(got).toMatchObject({ risk: { stop_loss: 0.041 } })
      // A refused change is an answer of 400, which the browser tells of.
      expect(told.filter(text => !text.includes('status of 400'))).toEqual([])
      await page.context().close()
    }, 120_000)

    it('starts a sweep, and ends in its heat map', async () => {
      const { page, told } = await opened(DESK)
      await page.goto(`${server.url}/#/research`)
      await page.getByLabel('strategy').selectOption('ma_crossover')
      await page.getByLabel(/^as/).selectOption('sweep')
      await page.locator('input[name=fast_ma]').fill('5:20:5')
      await page.locator('input[name=slow_ma]').fill('30,60,90')
      await page.getByRole('button', { name: 'Start the sweep' }).click()
      await page.waitForURL(/#\/sweeps\//)
      const report = page.frameLocator('iframe')
      await report.locator('canvas').first().waitFor()
      await page.getByText('12 sets by').waitFor()
      await report
        .getByText(/heat map|Heat map/i)
        .first()
        .waitFor()
      expect(told).toEqual([])
      await page.context().close()
    }, 120_000)

    it('asks the gates of a run, and shows their answer as a checklist', async () => {
      const { page, told } = await opened(DESK)
      await page.goto(`${server.url}/#/promotions`)
      await page.getByRole('button', { name: 'Ask the gates for paper' }).click()
      await page.waitForURL(/#\/jobs\//)
      await page.getByText('Refused by its gates.').waitFor()
      await page.getByText(/of \d+ gates passed/).waitFor()
      await page.goto(`${server.url}/#/promotions`)
      const held = page.locator('main').getByText(/^assay paper --promotion [0-9a-f]{16}$/)
      await held.first().waitFor()
      expect(told).toEqual([])
      await page.context().close()
    }, 120_000)

    it('goes back to the first of 100,000 candles, and keeps the last of very many events', async () => {
      const { page, told } = await opened(DESK)
      await page.route(/\/v1\/(data-sets|candles|events)\?/, async route => {
        const { pathname, searchParams } = new URL(route.request().url())
        if (pathname === '/v1/data-sets') {
          return route.fulfill({ json: { items: [LONG_SET], next: null } })
        }
        if (pathname === '/v1/candles') {
          const end = Number(searchParams.get('to') ?? LONG * MINUTE_MS) / MINUTE_MS
          const begin = Math.max(0, end - Number(searchParams.get('limit')))
          return route.fulfill({ json: { items: longRows(begin, end), next: null } })
        }
        const isStream = (await route.request().headerValue('accept')) === 'text/event-stream'
        if (!isStream) return route.fulfill({ json: { items: [], next: null } })
        return route.fulfill({ contentType: 'text/event-stream', body: manyEvents() })
      })
      await page.goto(`${server.url}/#/market/LONG-USDC%40file%201m`)
      await page.reload()
      const wider = page.getByRole('button', { name: 'Wider' })
      const all = page.getByText(/100,000 candles are here, from 1970-01-01 00:00:00 UTC\.$/)
      await expect
        .poll(() => wider.click().then(() => all.isVisible()), { timeout: LONGEST_MS })
        .toBe(true)
      await page.keyboard.press('g')
      await page.keyboard.press('e')
      await page.getByText('event number 5000').waitFor()
      expect(await page.getByRole('log').locator('li').count()).toBe(300)
      expect(told).toEqual([])
      await page.context().close()
    }, 120_000)

    it.each([
      ['a desk, in the light', DESK],
      ['a phone, in the dark', PHONE],
    ])(
      'is usable on %s: nothing scrolls sideways, and axe finds nothing',
      async (_, options) => {
        const { page, told } = await opened(options)
        await page.evaluate(AXE)
        for (const screen of SCREENS) {
          await page.goto(`${server.url}/#/${screen}`)
          await page.locator('main').getByRole('heading', { level: 2 }).first().waitFor()
          const isWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
          expect(isWide, screen).toBe(false)
          expect(await violations(page), screen).toEqual([])
        }
        await page.goto(`${server.url}/#/now`)
        await page.getByRole('button', { name: 'Kill switch' }).click()
        await page.getByRole('dialog').waitFor()
        expect(await violations(page)).toEqual([])
        expect(told).toEqual([])
        await page.context().close()
      },
      120_000,
    )

    it('says that it is not connected while the server is away, and goes on by itself', async () => {
      const { page } = await opened(DESK)
      const { port } = new URL(server.url)
      server.child.kill('SIGTERM')
      await ended(server.child)
      expect(server.child.exitCode).toBe(0)
      await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor()
      server = await serving(port)
      await page.getByRole('alert').waitFor({ state: 'detached' })
      const first = page.getByRole('log').locator('li').first()
      const seen = await first.textContent()
      await expect.poll(() => first.textContent(), { timeout: LONGEST_MS }).not.toBe(seen)
      await page.context().close()
    }, 120_000)

    it('kills by a typed word, once, and shows what came of it', async () => {
      const { page } = await opened(DESK)
      await page.keyboard.press('Shift+K')
      const dialog = page.getByRole('dialog')
      const button = dialog.getByRole('button', { name: /and halt/ })
      expect(await button.isDisabled()).toBe(true)
      await dialog.getByRole('textbox').fill('paper')
      await dialog.getByRole('textbox').press('Enter')
      await dialog.getByText('Done: the session has taken kill.').waitFor()
      await dialog.getByRole('button', { name: 'Close' }).click()
      await page.locator('.headline').getByText('HALTED').waitFor()
      expect((await commands()).filter(name => name === 'halt')).toHaveLength(1)
      const status = await assay(folder, 'status')
      expect(status.out).toContain('halted')
      const alert = page.getByRole('alert').getByText('The session is halted for good.')
      await alert.waitFor()
      await page.getByRole('button', { name: /^Acknowledge: The session is halted/ }).click()
      await alert.waitFor({ state: 'detached' })
      await page.getByText('1 acknowledged').waitFor()
      const acts = await assay(folder, 'sql', 'select payload from audit_events', '--json')
      expect(acts.out).toMatch(/TradingHalted/)
      await page.context().close()
    }, 120_000)
  },
)

/** What axe finds on a page. */
async function violations(page: Page): Promise<string[]> {
  const found = await page.evaluate('axe.run()')
  const { violations: all } = found as { violations: { id: string; nodes: { html: string }[] }[] }
  return all.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
}

function longRows(begin: number, end: number): number[][] {
  return Array.from({ length: end - begin }, (_, k) => [(begin + k) * MINUTE_MS, 1, 2, 1, 2, 0])
}

function manyEvents(): string {
  return Array.from({ length: 5000 }, (_, k) => {
    const seq = k + 1
    const text = `event number ${seq}`
    const event = { seq, session_id: 'a', time: '2024-01-01T00:00:00Z', type: 'signal', text }
    return `id: ${seq}\nevent: signal\ndata: ${JSON.stringify(event)}\n\n`
  }).join('')
}
