import type { CandleRow } from '../../../../src/core/ports/market/candles.js'
import type { MarketEvent } from '../../../../src/core/ports/market/feed.js'
import type { QuoteColumns } from '../../../../src/core/ports/market/quotes.js'
import { merged } from '../../../../src/data/sources/feed/merged.js'
import {
  inTurn,
  replayFeed,
  storedCandles,
  type Timed,
} from '../../../../src/data/sources/feed/replay-feed.js'
import { recordedQuotes } from '../../../../src/data/sources/quotes/recorded-quotes.js'
import { describeFeed, type FeedRun } from '../../../contracts/feed-contract.js'
import { followPrices } from '../prices/price-world.js'
import { trueSeries, type TrueCandle } from '../stand-in.js'
import { VENUES } from '../venue-shapes.js'
import { VirtualClock } from '../virtual-clock.js'
import { followVenue, MINUTE, START, venueHints } from './feed-world.js'

const COUNT = 200
const missing = new Set([50, 51, 120].map(k => START + k * MINUTE))
const series = trueSeries({ since: START, count: COUNT, missing })
const UNTIL = START + 180 * MINUTE

const rowsOf =
  (leavesOutEmpty: boolean, hasVolume: boolean): FeedRun['archive'] =>
  (from, to) =>
    series
      .filter(({ time, isEmpty }) => time >= from && time <= to && !(leavesOutEmpty && isEmpty))
      .map(row => ({ ...plain(row), volume: hasVolume ? row.volume : null }))

function plain({ time, open, high, low, close, volume }: TrueCandle): CandleRow {
  return { time, open, high, low, close, volume }
}

for (const shape of VENUES) {
  const archive = rowsOf(shape.leavesOutEmpty, shape.source !== 'geckoterminal')
  describeFeed(`${shape.source}, polled`, async () => {
    const { given } = await followVenue({ shape, series, until: UNTIL })
    return { given, archive, timeframeMs: MINUTE, least: 150 }
  })
}

describeFeed('binance, polled on hints of its stream', async () => {
  const hints = venueHints(series, (row, k) => (k % 3 === 0 ? [] : [row, row]))
  const { given } = await followVenue({ shape: VENUES[0]!, series, until: UNTIL, hints })
  return { given, archive: rowsOf(false, true), timeframeMs: MINUTE, least: 150 }
})

/** A price of the second, in cents. */
const cents = (time: number): number => 14_000 + ((time / 1000) % 77) + ((time / 60_000) % 13)
const priceText = (time: number): string => (Math.floor(cents(time)) / 100).toFixed(2)

describeFeed('candles of polled prices', async () => {
  const until = START + 60 * MINUTE
  const { events } = await followPrices({ swap: now => ({ price: priceText(now) }), until })
  return {
    // They come when the time for them is over; that is told in a test of their own.
    given: events.map(event => ({ at: until, event })),
    archive: (from, to) => {
      const rows: CandleRow[] = []
      for (let time = from; time <= to; time += MINUTE) rows.push(polledCandle(time))
      return rows
    },
    timeframeMs: MINUTE,
    least: 55,
  }
})

/** What a price every five seconds shows of a minute. */
function polledCandle(time: number): CandleRow {
  const seen = Array.from({ length: 12 }, (_, k) => priceText(time + k * 5000))
  const sorted = [...seen].sort((a, b) => Number(a) - Number(b))
  return {
    time,
    open: seen[0]!,
    high: sorted.at(-1)!,
    low: sorted[0]!,
    close: seen.at(-1)!,
    volume: null,
  }
}

async function* pages(): AsyncGenerator<readonly CandleRow[]> {
  for (let k = 0; k < series.length; k += 64)
    yield await Promise.resolve(series.slice(k, k + 64).map(plain))
}

async function replayed(recording: AsyncIterable<Timed>, speed: number): Promise<FeedRun['given']> {
  const clock = new VirtualClock(START)
  const signal = new AbortController().signal
  const given: { at: number; event: MarketEvent }[] = []
  const at = (event: MarketEvent): number =>
    event.kind === 'candle' ? event.candle.time + MINUTE : 0
  for await (const event of merged([replayFeed(recording, speed, { clock, signal })]))
    given.push({ at: at(event), event })
  return given
}

for (const speed of [1, 60, Infinity]) {
  describeFeed(`stored candles with recorded quotes, ${speed} times as fast`, async () => {
    const quotes = recordedQuotes(quoteColumns(), 1000)
    return {
      given: await replayed(inTurn(storedCandles(pages(), MINUTE), quotes), speed),
      archive: rowsOf(false, true),
      timeframeMs: MINUTE,
      least: series.length,
    }
  })
}

describeFeed('recorded quotes alone', async () => {
  const none = storedCandles((async function* () {})(), MINUTE)
  const given = await replayed(inTurn(none, recordedQuotes(quoteColumns(), 1000)), 100)
  return { given, archive: () => [], timeframeMs: MINUTE, least: 0 }
})

/** A round every ten minutes: two sizes, both ways. */
function quoteColumns(): QuoteColumns {
  const rounds = Array.from({ length: 12 }, (_, k) => k)
  const rows = rounds.flatMap(round =>
    [100, 1000].flatMap(size => [
      { round, size, isBuy: 1, price: 142.5 + size / 1e5 },
      { round, size, isBuy: 0, price: 142.5 - size / 1e5 },
    ]),
  )
  return {
    length: rows.length,
    round: Int32Array.from(rows, row => row.round),
    isBuy: Uint8Array.from(rows, row => row.isBuy),
    size: Float64Array.from(rows, row => row.size),
    price: Float64Array.from(rows, row => row.price),
    slot: Float64Array.from(rows, (_, k) => 405_000_000 + k),
    time: Float64Array.from(rows, (row, k) => START + row.round * 10 * MINUTE + k * 100),
  }
}
