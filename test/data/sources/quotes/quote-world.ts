import { Asker } from '../../../../src/data/sources/fetch/asker.js'
import type { HttpClient } from '../../../../src/data/sources/http/http-client.js'
import { VirtualClock } from '../virtual-clock.js'

export const START = Date.UTC(2026, 2, 2)
export const BASE = { mint: 'So11111111111111111111111111111111111111112', decimals: 9 }
export const QUOTE = { mint: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', decimals: 6 }
const SLOT_MS = 400

/** What becomes of a request: a quote so many slots old, no route, or an error. */
export type QuoteFault = { readonly slotsOld?: number } | 'no route' | 'failing'

/** Quotes at 142.5 with a basis point on either side, answered in virtual time. */
export function quoteWorld(fault: (request: number) => QuoteFault = () => ({})) {
  const clock = new VirtualClock(START)
  const stop = new AbortController()
  let requests = 0
  const http: HttpClient = url => {
    const told = fault(requests++)
    const headers = {}
    if (told === 'failing') return Promise.resolve({ status: 503, headers, body: Buffer.from('x') })
    if (told === 'no route') {
      const body = Buffer.from('{"errorCode":"COULD_NOT_FIND_ANY_ROUTE"}')
      return Promise.resolve({ status: 400, headers, body })
    }
    const asked = new URL(url).searchParams
    const isBuy = asked.get('inputMint') === QUOTE.mint
    const amount = Number(asked.get('amount'))
    const price = 142.5 * (isBuy ? 1.0001 : 0.9999)
    const out = isBuy ? (amount / 1e6 / price) * 1e9 : (amount / 1e9) * price * 1e6
    const slot = 405_000_000 + Math.floor((clock.now() - START) / SLOT_MS) - (told.slotsOld ?? 0)
    const body = JSON.stringify({
      inputMint: asked.get('inputMint'),
      outputMint: asked.get('outputMint'),
      inAmount: asked.get('amount'),
      outAmount: String(Math.round(out)),
      contextSlot: slot,
      routePlan: [],
    })
    return Promise.resolve({ status: 200, headers, body: Buffer.from(body) })
  }
  const asker = new Asker({
    http,
    clock,
    address: 'http://jupiter.test',
    limits: { requests: 1, perMs: 1000, parallel: 1 },
    rate: 0.25,
    headers: {},
    onPause: () => Promise.resolve(),
    onRemark: () => undefined,
    tries: 1,
    isPatient: true,
    signal: stop.signal,
  })
  return { clock, stop, asker, requests: () => requests }
}
