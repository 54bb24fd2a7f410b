import type { EventRecord } from '../../../../src/core/ports/research/events.js'
import type {
  HeldPosition,
  OpenOrder,
  SessionRecord,
  SessionStatus,
} from '../../../../src/core/ports/trading/sessions.js'
import type { SeenSession } from '../../../../src/app/live/watch/session-looks.js'

export const NOW = Date.UTC(2026, 2, 2, 12)

export function statusWith(change: Partial<SessionStatus> = {}): SessionStatus {
  return {
    time: NOW - 30_000,
    equity: 9_500,
    prices: { 'SOL-USDC': 100 },
    positions: [],
    orders: [],
    fedAt: NOW - 3000,
    isStale: false,
    holds: [],
    trading: 'active',
    isPaused: false,
    ...change,
  }
}

/** A session that somebody sees, and its process two seconds ago. */
export function seenWith(
  change: Partial<SessionRecord> = {},
  rest: Partial<Omit<SeenSession, 'record'>> = {},
): SeenSession {
  const record: SessionRecord = {
    sessionId: '0123456789abcdef',
    mode: 'live',
    createdAt: NOW - 1e6,
    symbols: ['SOL-USDC'],
    timeframe: '1m',
    strategies: ['ma_crossover'],
    feed: 'binance',
    promotionId: null,
    manifest: {},
    state: 'running',
    beatAt: NOW - 2000,
    fence: 1,
    status: statusWith(),
    lastEventSeq: 1,
    reason: null,
    resultHash: null,
    ...change,
  }
  return { record, peak: 10_000, events: [eventOf(0), eventOf(1)], ...rest }
}

export function eventOf(seq: number): EventRecord {
  const payload = {
    symbol: 'SOL-USDC',
    strategy: 'ma_crossover',
    exposure: seq,
    outcome: 'ordered',
  }
  return { seq, time: NOW + seq, type: 'signal', payload, linkHash: null }
}

export const HELD: HeldPosition = {
  symbol: 'SOL-USDC',
  strategy: 'ma_crossover',
  quantity: 1.5,
  entryPrice: 101.25,
  price: 100,
  unrealised: -1.875,
  stop: 98.5,
  target: null,
  openedAt: NOW,
}

export const RESTING: OpenOrder = {
  id: '7',
  symbol: 'SOL-USDC',
  strategy: 'ma_crossover',
  side: 'buy',
  kind: 'limit',
  state: 'open',
  price: 97,
  size: 2,
}
