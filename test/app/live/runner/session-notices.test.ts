import { expect, it } from 'vitest'
import { noticesOf } from '../../../../src/app/live/runner/session-notices.js'
import type { EventRecord } from '../../../../src/core/ports/research/events.js'
import type { SessionCommit } from '../../../../src/core/ports/trading/sessions.js'
import { messageOf } from '../../../../src/live/notifiers/notice.js'

const SESSION = { sessionId: 'abcdef', mode: 'paper', symbols: ['SOL-USDC'] } as const

function commit(
  events: readonly [string, Record<string, unknown>][],
  rest: Partial<SessionCommit> = {},
): SessionCommit {
  return {
    inputs: [],
    events: events.map(([type, payload], seq): EventRecord => ({
      seq,
      time: 1000,
      type,
      payload,
      linkHash: null,
    })),
    trades: [],
    marks: [],
    answers: [],
    snapshot: null,
    status: { orders: [] } as unknown as SessionCommit['status'],
    ...rest,
  }
}

it('tells of what a person must know, with every field that its text names', () => {
  const notices = noticesOf(
    SESSION,
    commit(
      [
        ['session.started', { mode: 'paper' }],
        ['signal', { exposure: 1 }],
        [
          'trade.executed',
          { action: 'entry', symbol: 'SOL-USDC', side: 'long', size: 2, price: 100 },
        ],
        [
          'trade.executed',
          {
            action: 'exit',
            symbol: 'SOL-USDC',
            side: 'long',
            size: 2,
            price: 90,
            reason: 'stop_loss',
          },
        ],
        ['feed.stale', { since: 0, at: 90_000, reason: 'away' }],
        ['risk.breached', { limit: 'max_drawdown', value: 0.21, threshold: 0.2 }],
        ['entries.held', { name: 'state', reason: 'Redis is away' }],
        ['settings.refused', { symbol: 'SOL-USDC', reason: 'no JSON' }],
        ['settings.changed', { settings: {} }],
      ],
      {
        trades: [{ symbol: 'SOL-USDC', pnl: -20 }],
        inputs: [
          {
            seq: 1,
            time: 1000,
            kind: 'outcome',
            payload: { order: 'abcdef-0-1', state: 'unknown' },
          },
        ],
      },
    ),
  )
  expect(notices.map(({ kind }) => kind)).toEqual([
    'session.started',
    'trade.opened',
    'trade.closed',
    'feed.stale',
    'limit.breached',
    'redis.away',
    'settings.changed',
    'order.unknown',
  ])
  const texts = notices.map(notice => messageOf(notice).what)
  expect(texts[2]).toContain('-20')
  expect(texts[3]).toContain('90')
  expect(texts[7]).toContain('abcdef-0-1')
})

it('tells of several symbols which it means', () => {
  const many = { ...SESSION, symbols: ['ETH-USDC', 'SOL-USDC'] }
  const exit = { action: 'exit', side: 'long', size: 2, price: 90, reason: 'signal' }
  const order = { id: 'o1', symbol: 'SOL-USDC' }
  const told = noticesOf(
    many,
    commit(
      [
        ['feed.stale', { market: '1', since: 0, at: 90_000, reason: 'away' }],
        ['trade.executed', { ...exit, symbol: 'SOL-USDC', strategy: 'a' }],
      ],
      {
        trades: [
          { symbol: 'ETH-USDC', strategy: 'a', pnl: 7 },
          { symbol: 'SOL-USDC', strategy: 'a', pnl: -20 },
        ],
        inputs: [{ seq: 0, time: 0, kind: 'outcome', payload: { order: 'o1', state: 'unknown' } }],
        status: { orders: [order] } as unknown as SessionCommit['status'],
      },
    ),
  )
  expect(told).toMatchObject([
    { kind: 'feed.stale', payload: { symbol: 'SOL-USDC' } },
    { kind: 'trade.closed', payload: { symbol: 'SOL-USDC', profit: -20 } },
    { kind: 'order.unknown', payload: { symbol: 'SOL-USDC' } },
  ])
})
