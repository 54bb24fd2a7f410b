import type { EventRecord } from '../../../core/ports/research/events.js'
import type { SessionCommit, SessionMode } from '../../../core/ports/trading/sessions.js'
import type { Notice } from '../../../live/notifiers/notice.js'

/** A session that people are told of. */
export interface ToldSession {
  readonly sessionId: string
  readonly mode: SessionMode
  readonly symbols: readonly string[]
}

type Said = Readonly<Record<string, unknown>>
type Told = Pick<Notice, 'kind' | 'payload'>

/** What of a commit people may want to be told of, in order. */
export function noticesOf(
  { sessionId, mode, symbols }: ToldSession,
  { events, inputs, trades, status }: SessionCommit,
): readonly Notice[] {
  const told = events.flatMap(event => {
    const found = ofEvent(event, { mode, symbols, trades })
    return found === null
      ? []
      : [{ seq: event.seq, time: event.time, session: sessionId, ...found }]
  })
  const seq = events[events.length - 1]?.seq ?? 0
  const unknown = inputs.flatMap(({ kind, time, payload }) => {
    const { order, state } = payload as Said
    const isUnknown = kind === 'outcome' && state === 'unknown'
    const known = status.orders.find(({ id }) => id === order)
    const said = { symbol: known?.symbol ?? symbols[0], order, side: '', size: '' }
    return isUnknown
      ? [{ seq, time, session: sessionId, kind: 'order.unknown', payload: said }]
      : []
  })
  return [...told, ...unknown]
}

interface Around {
  readonly mode: SessionMode
  readonly symbols: readonly string[]
  readonly trades: readonly unknown[]
}

function ofEvent(
  { type, time, payload }: EventRecord,
  { mode, symbols, trades }: Around,
): Told | null {
  const said = payload as Said
  switch (type) {
    case 'session.started':
    case 'session.resumed':
      return { kind: 'session.started', payload: { mode, symbols: symbols.join(', ') } }
    case 'trade.executed':
      return said['action'] === 'entry' ? opened(said) : closed(said, trades)
    case 'feed.stale':
    case 'feed.fresh':
      return { kind: type, payload: { symbol: fedSymbol(said, symbols), age_seconds: ageOf(said) } }
    case 'risk.breached':
    case 'limit.breached':
      return {
        kind: 'limit.breached',
        payload: {
          limit: said['limit'],
          value: said['value'],
          bound: said['threshold'],
          action: 'it leaves what it must, and enters nothing until its rule lets it',
        },
      }
    case 'entries.held':
    case 'entries.free':
      return said['name'] === 'state'
        ? { kind: type === 'entries.held' ? 'redis.away' : 'redis.back', payload: {} }
        : null
    case 'database.back':
      return {
        kind: type,
        payload: { away_seconds: Math.round((time - Number(said['since'])) / 1000) },
      }
    case 'settings.changed':
    case 'settings.refused':
      return settingsNotice(type, said)
    default:
      return null
  }
}

function opened({ symbol, side, size, price }: Said): Told {
  return { kind: 'trade.opened', payload: { symbol, side, size, price, stop: null } }
}

/** The profit is that of the trade that closed with it; of a part there is none yet. */
function closed({ symbol, strategy, price, reason }: Said, trades: readonly unknown[]): Told {
  const known = trades as readonly Said[]
  const trade = known.find(one => one['symbol'] === symbol && one['strategy'] === strategy)
  return {
    kind: 'trade.closed',
    payload: { symbol, price, reason, profit: trade?.['pnl'] ?? null },
  }
}

/** The market of a feed is its number; one that indicators read has a name. */
function fedSymbol({ market }: Said, symbols: readonly string[]): unknown {
  return symbols[Number(market ?? 0)] ?? market
}

function ageOf({ since, at }: Said): number | null {
  const age = (Number(at) - Number(since)) / 1000
  return Number.isFinite(age) ? Math.round(age) : null
}

/** The first of a session says what it began with: that is no change. */
function settingsNotice(type: string, said: Said): Told | null {
  if (said['by'] === undefined && type === 'settings.changed') return null
  const value = type === 'settings.changed' ? 'taken' : `refused: ${String(said['reason'])}`
  const { symbol = null, by = null } = said
  return {
    kind: 'settings.changed',
    payload: { symbol, setting: 'settings', value, before: null, by },
  }
}
