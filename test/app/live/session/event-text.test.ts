import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { eventText, eventWords } from '../../../../src/app/live/session/event-text.js'

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

const SOURCES = join(import.meta.dirname, '../../../../src')
const read = (file: string): string => readFileSync(join(SOURCES, file), 'utf8')

/** What stands in quotes after a word, in a text. */
const namesIn = (text: string, word: string): readonly string[] =>
  [
    ...text.matchAll(
      new RegExp(`\\b${word}(?:: | = isOn \\? | = .* : )'([^']+)'(?: : '([^']+)')?`, 'g'),
    ),
  ]
    .flatMap(([, first, second]) => [first, second])
    .filter(name => name !== undefined)

/** All types of events that sessions store, as they stand in the sources. */
function eventTypes(): readonly string[] {
  const folders = ['live/runner', 'app/live', 'app/live/runner', 'app/live/settings']
  const files = folders.flatMap(folder =>
    readdirSync(join(SOURCES, folder))
      .filter(name => name.endsWith('.ts'))
      .map(name => `${folder}/${name}`),
  )
  const stored = [...files, 'core/account/events.ts'].flatMap(file => namesIn(read(file), 'type'))
  const fed = namesIn(read('core/ports/market/feed.ts'), 'kind')
    .filter(kind => !['candle', 'quote'].includes(kind))
    .map(kind => `feed.${kind}`)
  return [...new Set([...stored, ...fed])]
}

it('every type of event has a sentence', () => {
  const types = eventTypes()
  for (const known of ['signal', 'entries.held', 'entries.free', 'feed.stale', 'limit.breached']) {
    expect(types).toContain(known)
  }
  const payload = { since: 0, age: 1, command: { name: 'pause' } }
  for (const type of types) {
    expect(eventWords({ type, payload }), type).not.toMatch(/^\S+ \{/)
  }
  expect(eventWords({ type: 'x.new', payload }), 'one without words').toMatch(/^\S+ \{/)
})
