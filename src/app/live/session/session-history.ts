import {
  candlesFrom,
  withReferences,
  type Candle,
  type Candles,
} from '../../../core/candles/candles.js'
import type { Millis } from '../../../core/candles/time.js'
import type {
  SessionInput,
  SessionRecord,
  SessionRepository,
} from '../../../core/ports/trading/sessions.js'
import { feedName } from '../../../live/runner/feed-clocks.js'
import type { FedMarket } from '../../../live/runner/runner-input.js'
import {
  changedManifest,
  manifestOfSession,
  type ChangedStrategies,
  type SessionManifest,
} from './session-manifest.js'

/** All candles that a session has seen, those that warmed its indicators included. */
export interface SeenCandles {
  /** Of each market that trades, in order, with those of the markets that indicators read. */
  readonly markets: readonly Candles[]
  /** Open of the next candle of each market, by the name of its feed. */
  readonly next: (of: FedMarket) => Millis
}

/** Gathers them from what a session has kept; null where it has kept none of one of its markets. */
export async function seenCandles(
  inputs: AsyncIterable<readonly SessionInput[]>,
  timeframeMs: Millis,
  markets = 1,
): Promise<SeenCandles | null> {
  const own = Array.from({ length: markets }, (): Candle[] => [])
  const read = new Map<string, { of: Exclude<FedMarket, number>; candles: Candle[] }>()
  for await (const page of inputs) {
    for (const { kind, payload } of page) {
      const { of, candle } = fedCandle(kind, payload)
      if (candle === null) continue
      if (typeof of === 'number') own[of]?.push(candle)
      else {
        const known = read.get(feedName(of)) ?? { of, candles: [] }
        known.candles.push(candle)
        read.set(feedName(of), known)
      }
    }
  }
  if (own.some(({ length }) => length === 0)) return null
  const references = [...read.values()].map(({ of, candles }) => ({
    symbol: of.symbol,
    candles: candlesFrom(of.timeframeMs, candles),
  }))
  const lastOf = (of: FedMarket): Candle | undefined =>
    typeof of === 'number' ? own[of]?.at(-1) : read.get(feedName(of))?.candles.at(-1)
  return {
    markets: own.map(candles => withReferences(candlesFrom(timeframeMs, candles), references)),
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
): Promise<SessionManifest> {
  let manifest = manifestOfSession(record)
  for await (const page of store.inputs(record.sessionId)) {
    for (const { kind, payload } of page) {
      if (kind === 'settings') manifest = changedManifest(manifest, payload as ChangedStrategies)
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
