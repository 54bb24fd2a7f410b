import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StandIn, trueSeries } from '../data/sources/stand-in.js'
import { BINANCE } from '../data/sources/venue-shapes.js'
import { assayWith, REPOSITORY, scratch, type Ran } from './assay.js'

const HOUR = 3_600_000
const COUNT = 1500
const NOW = Math.floor(Date.now() / HOUR) * HOUR
const SINCE = NOW - COUNT * HOUR
const at = (k: number): string => new Date(SINCE + k * HOUR).toISOString()
const missing = new Set([400, 401, 402].map(k => SINCE + k * HOUR))
const KEY = ['--symbol', 'SOL-USDC', '--timeframe', '1h']

/** Each step follows the one before, as somebody does who begins with nothing. */
describe('a newcomer', { shuffle: false, timeout: 60_000 }, () => {
  const folder = scratch()
  let venue: StandIn
  const env = (): Record<string, string> => ({ ASSAY_SOURCE_URL_BINANCE: venue.address })
  const assay = async (...args: string[]): Promise<Ran> => {
    const ran = await assayWith(env(), folder, ...args)
    expect(ran.code, ran.err).toBe(0)
    return ran
  }

  beforeAll(async () => {
    const series = trueSeries({ since: SINCE, count: COUNT, stepMs: HOUR, missing })
    venue = await new StandIn(BINANCE, series, Date.now()).start()
    venue.fault = ({ url }) =>
      url.pathname.startsWith('/data/') ? { status: 404, body: '' } : undefined
  })
  afterAll(() => venue.stop())

  it('sees what there is, and that the market has its name there', async () => {
    expect((await assay('data', 'sources')).out).toMatch(/^binance +50\/s +1000 +all/m)
    const checked = await assay('symbols', 'check', 'SOL-USDC@binance')
    expect(checked.out).toMatch(/SOLUSDC.*last close/)
  })

  it('fetches, and brings it up to now later', async () => {
    const until = ['--since', at(0), '--until', at(COUNT - 30)]
    const fetched = await assay('data', 'fetch', 'SOL-USDC', '--timeframe', '1h', ...until)
    expect(fetched.out).toMatch(/SOL-USDC@binance 1h: .*1,?467 new/)
    expect(fetched.out.trimEnd().split('\n').at(-1)).toContain('assay data gaps')
    expect((await assay('data', 'sync')).out).toMatch(/\b(29|30) new/)
    const list = await assay('data', 'list')
    expect(list.out).toMatch(/SOL-USDC@binance +1h +149[67]/)
  })

  it('knows which holes the exchange has', async () => {
    const gaps = JSON.parse((await assay('data', 'gaps', ...KEY, '--json')).out) as {
      missing: Record<string, number>
    }
    expect(gaps.missing).toMatchObject({ 'source has none': 3, 'never asked': 0 })
  })

  it('tests a strategy, and finds on the page where the candles come from', async () => {
    const { out } = await assay('backtest', 'ma_crossover', ...KEY)
    expect(out).toMatch(
      /candles +binance, fetched 20\d\d-[^ ]+ by adapter binance 1, 3\s+missing in/,
    )
    const run = JSON.parse((await assay('backtest', 'ma_crossover', ...KEY, '--json')).out) as {
      report: string
      run_id: string
      origin: { source: string; adapter: string; missing: number }
    }
    expect(run.origin).toMatchObject({ source: 'binance', adapter: 'binance 1', missing: 3 })
    const page = readFileSync(resolve(folder, run.report), 'utf8')
    expect(page.replaceAll('\n', ' ')).toMatch(
      /<dt>candles<\/dt>\s*<dd>binance, fetched 20[^<]+ by adapter binance 1, 3 missing in the range/,
    )
    expect((await assay('runs', 'verify', run.run_id)).out).toMatch(/^verified/)
  })

  const found = spawnSync('python3', ['-c', 'import pandas'], { stdio: 'ignore' })
  const isThere = found.status === 0
  it.skipIf(!isThere)(
    `reads what was fetched in pandas, and tests decisions made there${isThere ? '' : ' (skipped: no python3 with pandas)'}`,
    () => {
      const script = join(REPOSITORY, 'docs/examples/pandas_bridge.py')
      const { status, stdout, stderr } = spawnSync('python3', [script], {
        cwd: folder,
        encoding: 'utf8',
        env: {
          ...process.env,
          ...env(),
          ASSAY: `"${process.execPath}" "${join(REPOSITORY, 'bin/assay.js')}"`,
          ASSAY_HOME: join(folder, '.assay'),
          DATABASE_URL: '',
          SYMBOL: 'SOL-USDC@binance',
        },
      })
      expect(status, stderr).toBe(0)
      expect(stdout).toMatch(/^\d+ decisions, \d+ trades, \d+ fills/m)
    },
  )
})
