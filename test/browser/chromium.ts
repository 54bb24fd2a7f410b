import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

const PATH = process.env['ASSAY_CHROMIUM'] ?? '/usr/bin/chromium'

/** Why there is no browser to test in; null where there is one. In CI that is a failure. */
export const missingChromium: string | null = existsSync(PATH)
  ? null
  : `no Chromium at ${PATH}; set ASSAY_CHROMIUM`

/** Whether a missing browser may be skipped over. */
export const mustHaveChromium = process.env['ASSAY_CI'] === '1'

/** A headless Chromium that calls nobody. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: PATH,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** An open page, with everything it complained about and everything it asked the network for. */
export interface WatchedPage {
  readonly page: Page
  readonly complaints: readonly string[]
  readonly requests: readonly string[]
}

/** Opens a report and waits until its charts are drawn. */
export async function openReport(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options })
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', message => complaints.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('request', request => {
    if (request.url() !== url) requests.push(request.url().slice(0, 100))
  })
  await page.goto(url)
  await page.waitForSelector('html[data-ready]', { timeout: 20_000 })
  return { page, complaints, requests }
}
