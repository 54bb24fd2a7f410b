import { expect, it } from 'vitest'
import { eventText } from '../../../../src/app/live/session/event-text.js'

it.each([
  [
    'session.started',
    { mode: 'live', feed: 'binance' },
    'the live session begins, candles of binance',
  ],
  ['session.resumed', { feed: 'okx' }, 'the session goes on, candles of okx'],
  [
    'entries.held',
    { name: 'state', reason: 'Redis is away' },
    'NOTHING IS ENTERED: Redis is away; exits go on',
  ],
  ['entries.free', { name: 'state', reason: 'Redis is back' }, 'entries go on: Redis is back'],
  [
    'settings.changed',
    { symbol: 'SOL-USDC', by: 'cli:ada' },
    'settings of SOL-USDC changed by cli:ada',
  ],
  [
    'settings.refused',
    { symbol: 'SOL-USDC', reason: 'no JSON' },
    'SETTINGS of SOL-USDC REFUSED, the old ones stay: no JSON',
  ],
])('tells %s in words', (type, payload, text) => {
  const event = { seq: 1, time: Date.UTC(2026, 2, 2, 12), type, payload, linkHash: null }
  const lines = eventText(event)!.split('\n')
  expect(lines.map(line => line.trim()).join(' ')).toBe(`2026-03-02 12:00  ${text}`)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
})

it('says nothing of the settings that a session begins with', () => {
  const event = { seq: 0, time: 0, type: 'settings.changed', payload: {}, linkHash: null }
  expect(eventText(event)).toBeNull()
})
