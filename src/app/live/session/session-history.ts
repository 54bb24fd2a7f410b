import {
  candlesFrom,
  withReferences,
  type Candle,
  type Candles,
} from '../../../core/candles/candles.js'
import type { Millis } from '../../../core/candles/time.js'
import type { Manifest } from '../../../backtest/run/record/manifest.js'
import type {
  SessionInput,
  SessionRecord,
  SessionRepository,
} from '../../../core/ports/sessions.js'
import type { FedMarket } from '../../../live/runner/runner-input.js'
import { manifestOfSession } from './session-manifest.js'

/** All candles that a session has seen, those that warmed its indicators included. */
export interface SeenCandles {
  /** Of the one market that trades, with those of the markets that its indicators read. */
  readonly candles: Candles
  /** Open of the next candle of each market, by the name of its feed. */
  readonly next: (of: FedMarket) => Millis
}

/** Gathers them from what a session has kept; null where it kept none. */
export async function seenCandles(
  inputs: AsyncIterable<readonly SessionInput[]>,
  timeframeMs: Millis,
): Promise<SeenCandles | null> {
  const own: Candle[] = []
  const read = new Map<string, { of: Exclude<FedMarket, number>; candles: Candle[] }>()
  for await (const page of inputs) {
    for (const { kind, payload } of page) {
      const { of, candle } = fedCandle(kind, payload)
      if (candle === null) continue
      if (typeof of === 'number') own.push(candle)
      else {
        const key = keyOf(of)
        const known = read.get(key) ?? { of, candles: [] }
        known.candles.push(candle)
        read.set(key, known)
      }
    }
  }
  if (own.length === 0) return null
  const references = [...read.values()].map(({ of, candles }) => ({
    symbol: of.symbol,
    candles: candlesFrom(of.timeframeMs, candles),
  }))
  const lastOf = (of: FedMarket): Candle | undefined =>
    typeof of === 'number' ? own[own.length - 1] : read.get(keyOf(of))?.candles.at(-1)
  return {
    candles: withReferences(candlesFrom(timeframeMs, own), references),
    next: of => {
      const length = typeof of === 'number' ? timeframeMs : of.timeframeMs
      return (lastOf(of)?.time ?? -Infinity) + length
    },
  }
}

/** The manifest of a session with the settings that held last. @throws AppError BAD_RECORD */
export async function currentManifest(
  store: SessionRepository,
  record: SessionRecord,
): Promise<Manifest> {
  let manifest = manifestOfSession(record)
  for await (const page of store.inputs(record.sessionId)) {
    const last = page.findLast(({ kind }) => kind === 'settings')
    if (last !== undefined) {
      manifest = { ...manifest, ...(last.payload as Pick<Manifest, 'strategies'>) }
    }
  }
  return manifest
}

/** The candle of an input, and its market; null for an input that is none. */
export function fedCandle(
  kind: string,
  payload: unknown,
): { readonly of: FedMarket; readonly candle: Candle | null } {
  const said = payload as {
    of: FedMarket
    market: number
    symbol: string
    timeframeMs: Millis
    candle: Candle
  }
  switch (kind) {
    case 'warm':
      return { of: said.of, candle: said.candle }
    case 'candle':
      return { of: said.market, candle: said.candle }
    case 'reference':
      return {
        of: { symbol: said.symbol, timeframeMs: said.timeframeMs },
        candle: said.candle,
      }
    default:
      return { of: 0, candle: null }
  }
}

function keyOf({ symbol, timeframeMs }: Exclude<FedMarket, number>): string {
  return `${symbol} ${timeframeMs}`
}
