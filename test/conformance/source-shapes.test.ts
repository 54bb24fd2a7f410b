import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatTime } from '../../src/core/candles/time.js'
import { binance } from '../../src/data/sources/adapters/binance.js'
import { binanceStream } from '../../src/data/sources/adapters/binance-stream.js'
import { jupiterPrice } from '../../src/data/sources/adapters/jupiter-price.js'
import { readZip } from '../../src/data/files/zip.js'
import type { Answer } from '../../src/data/sources/http/http-client.js'
import { judgeHttp } from '../../src/data/sources/http/verdicts.js'
import { judgeQuote, readQuote } from '../../src/data/sources/quotes/jupiter-quote.js'
import { checkPage } from '../../src/data/sources/reading/page-check.js'
import { PageError, type SourceCandle, type Verdict } from '../../src/data/sources/source.js'
import { sourceNamed } from '../../src/data/sources/sources.js'
import { priceFeed } from '../../src/data/sources/prices/price-feed.js'
import { Asker } from '../../src/data/sources/fetch/asker.js'
import { VirtualClock } from '../data/sources/virtual-clock.js'
import { sha256 } from '../data/sources/stand-in.js'
import { DATA_FOLDER, describeWithData } from './shared-data.js'

/** One answer of each source, made after its documentation; what a right reading gives stands in INDEX.md. */
const FOLDER = join(DATA_FOLDER, 'source-shapes')
const MINUTE = 60_000
const START = Date.UTC(2026, 2, 2)
const SOL = 'So11111111111111111111111111111111111111112'
/** The newest row is forming then, where minutes without trades are told; where not, two minutes later. */
const NOW = { flat: START + 23.5 * MINUTE, omitted: START + 25.5 * MINUTE }

const bytesOf = (file: string): Buffer => readFileSync(join(FOLDER, file))
const answerOf = (file: string, status = 200, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers,
  body: bytesOf(file),
})

/** A line of INDEX.md: how many candles, the first, the last, and the sum of volumes. */
interface Expected {
  readonly count: number
  readonly first: string
  readonly last: string
  readonly sum: string
}

function index(): ReadonlyMap<string, Expected> {
  const rows = readFileSync(join(FOLDER, 'INDEX.md'), 'utf8')
    .split('\n')
    .map(line => line.split('|').map(cell => cell.trim()))
    .filter(cells => /^\d+$/.test(cells[2] ?? ''))
  return new Map(
    rows.map(([, file, count, first, last, sum]) => [
      file!,
      { count: Number(count), first: first!, last: last!, sum: sum! },
    ]),
  )
}

/** A candle as INDEX.md writes it. */
function lineOf({ time, open, high, low, close, volume }: SourceCandle): string {
  const prices = [open, high, low, close].map(price => Number(price).toFixed(2)).join(' ')
  const amount = volume === null ? 'none' : Number(volume).toFixed(3)
  return `${formatTime(time).replace(/:00(\.000)?Z$/, 'Z')} ${prices} v ${amount}`
}

function checkAgainst(file: string, candles: readonly SourceCandle[]): void {
  const { count, first, last, sum } = index().get(file)!
  expect(candles).toHaveLength(count)
  expect([lineOf(candles[0]!), lineOf(candles.at(-1)!)]).toEqual([first, last])
  const total = candles.reduce((all, { volume }) => all + Number(volume ?? NaN), 0)
  expect(Number.isNaN(total) ? 'none' : total.toFixed(3)).toBe(sum)
}

/** What is stored of an answer, or why nothing is. */
function stored(
  name: string,
  answer: Answer,
  since = START,
  nowMs?: number,
): readonly SourceCandle[] {
  const source = sourceNamed(name)
  const asked = {
    market: 'SOLUSDC',
    timeframe: '1m',
    timeframeMs: MINUTE,
    since,
    until: START + 1440 * MINUTE,
    base: SOL,
  }
  expect(source.judge(answer)).toEqual({ kind: 'answered' })
  const page = source.read(answer, asked)
  const sourceNow = nowMs ?? page.sourceTime ?? NOW[source.empty]
  // What the index calls closed has just ended.
  const exact = { ...source, graceMs: 0 }
  return checkPage(page.candles, asked, { source: exact, sourceNow }).candles
}

const ANSWERS: readonly (readonly [string, string])[] = [
  ['binance', 'binance/klines.json'],
  ['binance', 'binance/klines-page-1.json'],
  ['binance', 'binance/klines-page-2.json'],
  ['binance', 'binance/klines-page-2-revised.json'],
  ['binance', 'binance/klines-microsecond.json'],
  ['coinbase', 'coinbase-exchange/candles.json'],
  ['coinbase-advanced', 'coinbase-advanced/candles.json'],
  ['kraken', 'kraken/ohlc.json'],
  ['okx', 'okx/history-candles.json'],
  ['bybit', 'bybit/kline.json'],
  ['geckoterminal', 'geckoterminal/ohlcv-minute.json'],
  ['birdeye', 'birdeye/ohlcv-v3.json'],
]

/** A poll of prices, and what it was answered. */
interface PriceLine {
  readonly at: number
  readonly body: Readonly<Record<string, { readonly usdPrice: number } | undefined>>
}

/** An error, by its file, status and headers, and what it must be taken for. */
const ERRORS: readonly (readonly [string, string, number, Answer['headers'], Partial<Verdict>])[] =
  [
    [
      'binance',
      'binance/error-400-symbol.json',
      400,
      {},
      { kind: 'refused', why: 'market' } as never,
    ],
    [
      'binance',
      'binance/error-400-interval.json',
      400,
      {},
      { kind: 'refused', why: 'request' } as never,
    ],
    [
      'binance',
      'binance/error-429.json',
      429,
      { 'retry-after': '17' },
      { kind: 'wait', ms: 17_000 } as never,
    ],
    [
      'binance',
      'binance/error-418.json',
      418,
      { 'retry-after': '120' },
      { kind: 'banned', ms: 120_000 } as never,
    ],
    ['binance', 'binance/error-451.json', 451, {}, { kind: 'refused', why: 'blocked' } as never],
    [
      'binance',
      'binance/error-403-waf.html',
      403,
      { 'content-type': 'text/html' },
      { kind: 'banned' },
    ],
    [
      'coinbase',
      'coinbase-exchange/error-404.json',
      404,
      {},
      { kind: 'refused', why: 'market' } as never,
    ],
    [
      'coinbase',
      'coinbase-exchange/error-400.json',
      400,
      {},
      { kind: 'refused', why: 'request' } as never,
    ],
    ['coinbase', 'coinbase-exchange/error-429.json', 429, {}, { kind: 'wait' }],
    ['coinbase-advanced', 'coinbase-advanced/error-400.json', 400, {}, { kind: 'refused' }],
    ['kraken', 'kraken/error-pair.json', 200, {}, { kind: 'refused', why: 'market' } as never],
    ['kraken', 'kraken/error-rate.json', 200, {}, { kind: 'wait' }],
    ['kraken', 'kraken/error-service.json', 200, {}, { kind: 'retry' }],
    ['okx', 'okx/error-instrument.json', 200, {}, { kind: 'refused', why: 'market' } as never],
    ['okx', 'okx/error-429.json', 429, {}, { kind: 'wait' }],
    ['okx', 'okx/error-maintenance.json', 503, {}, { kind: 'retry' }],
    ['bybit', 'bybit/error-symbol.json', 200, {}, { kind: 'refused', why: 'market' } as never],
    ['bybit', 'bybit/error-10006.json', 200, {}, { kind: 'wait' }],
    [
      'bybit',
      'bybit/error-403.html',
      403,
      { 'content-type': 'text/html' },
      { kind: 'refused', why: 'blocked' } as never,
    ],
    [
      'geckoterminal',
      'geckoterminal/error-404.json',
      404,
      {},
      { kind: 'refused', why: 'market' } as never,
    ],
    ['geckoterminal', 'geckoterminal/error-429.json', 429, {}, { kind: 'wait' }],
    ['geckoterminal', 'geckoterminal/error-401-depth.json', 401, {}, { kind: 'unavailable' }],
    ['birdeye', 'birdeye/error-401.json', 401, {}, { kind: 'refused', why: 'key' } as never],
    ['birdeye', 'birdeye/error-429.json', 429, {}, { kind: 'wait' }],
    ['birdeye', 'birdeye/error-400.json', 400, {}, { kind: 'refused', why: 'budget' } as never],
    ['binance', 'generic/html-200.html', 200, { 'content-type': 'text/html' }, { kind: 'retry' }],
  ]

/** Faults of an answer, and what must come of them: an error of the page, or so many candles. */
const FAULTS: readonly (readonly [string, RegExp | number])[] = [
  ['generic/truncated.json', /no whole JSON/],
  ['generic/truncated-valid.json', 9],
  ['generic/duplicate-inside.json', 12],
  ['generic/duplicate-differs.json', /comes twice, with different values/],
  ['generic/out-of-order.json', 12],
  ['generic/future.json', /yet to come/],
  ['generic/mixed-unit.json', /another unit/],
  ['generic/null-price.json', /row \d+ has null for/],
]

describeWithData('shapes of sources', () => {
  if (!existsSync(FOLDER)) return void it.skip('need the folder of source shapes', () => undefined)

  describe('candles', () => {
    it.each(ANSWERS)('%s reads %s as the index says', (name, file) => {
      checkAgainst(file, stored(name, answerOf(file)))
    })

    it('an empty answer is a value', () => {
      expect(stored('binance', answerOf('binance/klines-empty.json'))).toEqual([])
    })

    it('rows before what was asked are left out', () => {
      const since = START + 6 * MINUTE
      const candles = stored('binance', answerOf('generic/outside-range.json'), since)
      expect(candles[0]!.time).toBe(since)
    })
  })

  describe('files', () => {
    const days = [
      '2024-12-31',
      '2025-01-01',
      '2025-01-02',
      '2025-01-03',
      '2025-01-04',
      '2025-01-05',
    ]
    it.each(days)('of %s are read, or not believed', day => {
      const file = `binance/archive/SOLUSDC-1m-${day}.zip`
      const body = bytesOf(file)
      const sum = existsSync(join(FOLDER, `${file}.CHECKSUM`))
        ? binance.archive!.checksum(bytesOf(`${file}.CHECKSUM`).toString('utf8'))
        : undefined
      const isRight = sum === sha256(body)
      expect(isRight).toBe(day < '2025-01-03')
      if (!isRight) return
      const csv = readZip(body, file)[0]!.read().toString('utf8')
      checkAgainst(file, binance.archive!.read(csv))
    })
  })

  describe('errors and faults', () => {
    it.each(ERRORS)('%s takes %s (%i) for what it is', (name, file, status, headers, verdict) => {
      expect(sourceNamed(name).judge(answerOf(file, status, headers))).toMatchObject(verdict)
    })

    it.each(FAULTS)('%s', (file, expected) => {
      const read = () => stored('binance', answerOf(file))
      if (typeof expected === 'number') expect(read().length).toBe(expected)
      else {
        expect(read).toThrow(PageError)
        expect(read).toThrow(expected)
      }
    })
  })

  it('messages of the stream tell each closed candle with the values of the answers', () => {
    const byTime = new Map(
      stored('binance', answerOf('binance/klines.json')).map(row => [row.time, lineOf(row)]),
    )
    const lines = bytesOf('binance/ws-kline.jsonl').toString('utf8').trim().split('\n')
    const said = lines.map(line => binanceStream.read(line))
    expect(said.at(-1)).toEqual({ kind: 'ending' })
    const closed = said.flatMap(one => (one.kind === 'closed' ? [one.candle] : []))
    const minutes = closed.map(({ time }) => (time - START) / MINUTE)
    // One comes twice, one never.
    expect(minutes.filter(minute => minute === 9)).toHaveLength(2)
    expect(minutes).not.toContain(13)
    for (const candle of closed) {
      const known = byTime.get(candle.time)
      if (known !== undefined) expect(lineOf(candle)).toBe(known)
    }
  })

  it('prices of Jupiter, one of them absent', () => {
    const lines = bytesOf('jupiter/price-v3.jsonl').toString('utf8').trim().split('\n')
    const read = lines.map(line => {
      const { body } = JSON.parse(line) as { readonly body: unknown }
      const text = /"body":(.*)\}$/.exec(line)![1]!
      expect(JSON.parse(text)).toEqual(body)
      return jupiterPrice.read({ status: 200, headers: {}, body: Buffer.from(text) }, SOL)
    })
    expect(read[0]).toEqual({ price: '142.34', slot: 405_000_000, newestSlot: 405_000_000 })
    expect(read.filter(({ price }) => price === null)).toHaveLength(1)
    const stale = jupiterPrice.read(answerOf('jupiter/price-v3-stale.json'), SOL)
    expect(stale.slot).toBe(404_990_000)
  })

  it('prices of Jupiter become the candles of their minutes, by the time of their slots', async () => {
    const lines = bytesOf('jupiter/price-v3.jsonl').toString('utf8').trim().split('\n')
    const told = lines.map(line => JSON.parse(line) as PriceLine)
    const clock = new VirtualClock(told[0]!.at)
    const stop = new AbortController()
    let polls = 0
    clock.onTick = now => {
      if (now > told.at(-1)!.at + 10_000) stop.abort()
    }
    const asker = new Asker({
      http: () => {
        polls++
        const line = told.findLast(({ at }) => at <= clock.now())!
        const text = JSON.stringify(line.body)
        return Promise.resolve({ status: 200, headers: {}, body: Buffer.from(text) })
      },
      clock,
      address: 'http://jupiter.test',
      limits: jupiterPrice.limits(false),
      rate: 0,
      headers: {},
      onPause: () => Promise.resolve(),
      onRemark: () => undefined,
    })
    const feed = priceFeed(
      { source: jupiterPrice, mint: SOL, timeframeMs: MINUTE, staleMs: MINUTE, staleSlots: 150 },
      { asker, clock, signal: stop.signal },
    )
    const candles: string[] = []
    for await (const event of feed) {
      if (event.kind !== 'candle') continue
      const { time, open, high, low, close, volume } = event.candle
      candles.push([time - told[0]!.at, open, high, low, close, volume].join(' '))
    }
    const minute = (from: number) => {
      const prices = told.slice(from, from + 12).flatMap(({ body }) => body[SOL]?.usdPrice ?? [])
      const [low, high] = [Math.min(...prices), Math.max(...prices)]
      return [(from / 12) * MINUTE, prices[0], high, low, prices.at(-1), null].join(' ')
    }
    expect(candles).toEqual([minute(0), minute(12)])
    expect(polls).toBeGreaterThanOrEqual(24)
  })

  it('quotes of Jupiter cost what the pool behind them costs, within a hundredth of a basis point', () => {
    const lines = bytesOf('jupiter/quote-ladder.jsonl').toString('utf8').trim().split('\n')
    for (const line of lines) {
      const { request, body } = JSON.parse(line) as {
        readonly request: { inputMint: string; outputMint: string; amount: string }
        readonly body: unknown
      }
      const asked = { ...request, amount: BigInt(request.amount) }
      const answer = { status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) }
      expect(judgeQuote(answer)).toEqual({ kind: 'answered' })
      const quote = readQuote(answer, asked)!
      const isSale = request.inputMint === SOL
      const [base, dollars] = isSale
        ? [quote.inAmount, quote.outAmount]
        : [quote.outAmount, quote.inAmount]
      const price = Number(dollars) / 1e6 / (Number(base) / 1e9)
      const size = isSale ? (Number(base) / 1e9) * 142.5 : Number(dollars) / 1e6
      const cost = Math.abs(price / 142.5 - 1) * 10_000
      expect(Math.abs(cost - (2 + size / 28_500))).toBeLessThan(0.01)
    }
    expect(
      readQuote(answerOf('jupiter/error-400-route.json', 400), {
        inputMint: SOL,
        outputMint: SOL,
        amount: 1n,
      }),
    ).toBeNull()
    expect(judgeQuote(answerOf('jupiter/error-400-route.json', 400))).toEqual({ kind: 'answered' })
    expect(judgeQuote(answerOf('jupiter/error-401.json', 401))).toMatchObject({ why: 'key' })
    const headers = { 'x-ratelimit-reset': '1772409660', date: 'Mon, 02 Mar 2026 00:00:30 GMT' }
    expect(judgeHttp(answerOf('jupiter/error-429.json', 429, headers))).toMatchObject({
      kind: 'wait',
      ms: 30_000,
    })
  })
})
