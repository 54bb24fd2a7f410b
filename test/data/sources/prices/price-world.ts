import type { FeedEvent } from '../../../../src/core/ports/market/feed.js'
import type { PolledPrice } from '../../../../src/core/ports/market/polled-prices.js'
import { jupiterPrice } from '../../../../src/data/sources/adapters/jupiter-price.js'
import { Asker } from '../../../../src/data/sources/fetch/asker.js'
import { NetworkError, type HttpClient } from '../../../../src/data/sources/http/http-client.js'
import { priceFeed, type PriceCounts } from '../../../../src/data/sources/prices/price-feed.js'
import { VirtualClock } from '../virtual-clock.js'

export const MINUTE = 60_000
export const START = Date.UTC(2026, 2, 2)
export const TOKEN = 'Token111111111111111111111111111111111111111'
const SOL = 'So11111111111111111111111111111111111111112'
const SLOT_MS = 400
const FIRST_SLOT = 405_000_000

/** The slot of the chain at a time. */
export const slotAt = (time: number): number => FIRST_SLOT + Math.floor((time - START) / SLOT_MS)

/** What the world holds at a time: the token's last swap, null where it has no price that is trusted. */
export interface Swap {
  readonly price: string
  /** When it was; now where it is missing. */
  readonly at?: number
}

export interface PriceWorld {
  readonly swap: (now: number) => Swap | null
  /** Whether nothing is answered. */
  readonly isAway?: (now: number) => boolean
  readonly until: number
  readonly start?: number
  readonly staleMs?: number
  readonly staleSlots?: number
}

/** Follows a world of prices in virtual time. */
export async function followPrices(world: PriceWorld): Promise<{
  readonly events: FeedEvent[]
  readonly counts: PriceCounts
  readonly requests: number
  readonly polled: PolledPrice[]
}> {
  const clock = new VirtualClock(world.start ?? START)
  const stop = new AbortController()
  clock.onTick = now => {
    if (now >= world.until) stop.abort()
  }
  const polled: PolledPrice[] = []
  let requests = 0
  const http: HttpClient = url => {
    requests++
    const now = clock.now()
    if (world.isAway?.(now) === true) {
      return Promise.reject(new NetworkError('the stand-in is away', true))
    }
    const swap = world.swap(now)
    const entry = (price: string, at: number): string =>
      `{"usdPrice":${price},"blockId":${slotAt(at)},"decimals":9,"liquidity":1.5,"priceChange24h":null}`
    const entries = [`"${SOL}":${entry('142.5', now)}`]
    if (swap !== null) entries.push(`"${TOKEN}":${entry(swap.price, swap.at ?? now)}`)
    const isAsked = new URL(url).searchParams.get('ids') === `${TOKEN},${SOL}`
    const body = Buffer.from(isAsked ? `{${entries.join(',')}}` : '{}')
    return Promise.resolve({ status: 200, headers: {}, body })
  }
  const asker = new Asker({
    http,
    clock,
    address: 'http://jupiter.test',
    limits: jupiterPrice.limits(false),
    rate: undefined,
    headers: {},
    onPause: () => Promise.resolve(),
    onRemark: () => undefined,
    tries: 1,
    isPatient: true,
  })
  const { staleMs = MINUTE, staleSlots = 150 } = world
  const feed = priceFeed(
    { source: jupiterPrice, mint: TOKEN, timeframeMs: MINUTE, staleMs, staleSlots },
    { asker, clock, signal: stop.signal, onPrice: price => polled.push(price) },
  )
  const events: FeedEvent[] = []
  for await (const event of feed) events.push(event)
  return { events, counts: feed.counts(), requests, polled }
}
