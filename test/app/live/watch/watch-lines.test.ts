import { describe, expect, it } from 'vitest'
import { frameJson, frameText, pageLines } from '../../../../src/app/live/watch/watch-lines.js'
import { FIRST_VIEW, type WatchView } from '../../../../src/app/live/watch/watch-view.js'
import type { SeenSession } from '../../../../src/app/live/watch/session-looks.js'
import { eventOf, HELD, NOW, RESTING, seenWith, statusWith } from './seen-sessions.js'

const SIZE = { width: 80, height: 40 }

function viewOf(sessions: readonly SeenSession[], change: Partial<WatchView> = {}): WatchView {
  return { ...FIRST_VIEW, look: { at: NOW, sessions }, ...change }
}

function textOf(view: WatchView, now = NOW, size = SIZE): string {
  return pageLines(view, now, size)
    .map(({ text }) => text)
    .join('\n')
}

function alarmsOf(view: WatchView, now = NOW): string {
  return pageLines(view, now, SIZE)
    .filter(({ tone }) => tone === 'alarm')
    .map(({ text }) => text)
    .join('\n')
}

describe('the page of a session', () => {
  it('says what it is, what it is worth, holds and has ordered, and what happened last', () => {
    const status = statusWith({
      positions: [HELD],
      orders: [RESTING, { ...RESTING, state: 'unknown' }],
    })
    const text = textOf(viewOf([seenWith({ status })]))
    expect(text).toContain('0123456789abcdef, LIVE, real money')
    expect(text).toContain('ma_crossover on SOL-USDC 1m, candles of binance')
    expect(text).toContain('9,500.00, at the close of 2026-03-02 11:59')
    expect(text).toContain('5.00% below 10,000.00')
    expect(text).toContain('last heard 3 s ago')
    expect(text).toMatch(/1\.5 +101\.25 +100 +-1\.88 +98\.5 +none/)
    expect(text).toMatch(/7 +ma_crossover SOL-USDC +buy +limit +97 +2 +open/)
    expect(text).toContain('orders: 2, unknown 1')
    expect(text).toContain('SOL-USDC ma_crossover asks for 100 % of equity: ordered')
    expect(alarmsOf(viewOf([seenWith({ status })]))).toContain('unknown 1')
  })

  it.each([
    [statusWith({ isPaused: true, trading: 'reducing' }), 'exits go on: somebody has paused it'],
    [statusWith({ isStale: true, trading: 'reducing' }), 'STALE, last heard 3 s ago'],
    [statusWith({ holds: ['Redis is away'], trading: 'reducing' }), 'exits go on: Redis is away'],
    [statusWith({ trading: 'halted' }), 'HALTED'],
  ])('raises its voice where nothing is entered: %#', (status, text) => {
    expect(alarmsOf(viewOf([seenWith({ status })]))).toContain(text)
  })

  it('raises it for nothing else', () => {
    expect(alarmsOf(viewOf([seenWith()]))).toBe('')
  })

  it('calls a session gone whose process shows no sign of life, and says how it goes on', () => {
    const gone = viewOf([seenWith({ beatAt: NOW - 74_000 })])
    expect(alarmsOf(gone)).toContain('GONE: its process was last seen 74 s ago')
    expect(textOf(gone)).toContain('assay live --session 0123456789abcdef resumes it')
  })

  it.each([
    ['stopped', 'stopped by ada', 'it has ended, stopped: stopped by ada'],
    ['failed', 'a mistake', 'it has FAILED: a mistake'],
    ['finished', null, 'it has ended, finished'],
  ] as const)('tells of its end: %s', (state, reason, text) => {
    expect(textOf(viewOf([seenWith({ state, reason, beatAt: 0 })]))).toContain(text)
  })

  it('says that nothing has come yet', () => {
    expect(textOf(viewOf([seenWith({ status: null })]))).toContain('no candle has come yet')
  })
})

describe('a page that cannot be read anew', () => {
  it('says so, how old its figures are, and calls nobody gone for it', () => {
    const away = viewOf([seenWith()], { trouble: 'the server is away' })
    const alarms = alarmsOf(away, NOW + 74_000)
    expect(alarms).toContain('THE STORE DOES NOT ANSWER: the server is away')
    expect(alarms).toContain('last seen 74 s ago')
    const text = textOf(away, NOW + 74_000)
    expect(text).not.toContain('GONE')
    expect(text).toContain('last heard 3 s ago')
  })

  it('says so of a store that is silent, too', () => {
    expect(alarmsOf(viewOf([seenWith()]), NOW + 9000)).toContain('last seen 9 s ago')
    expect(alarmsOf(viewOf([seenWith()]), NOW + 2000)).toBe('')
  })

  it('tells of one that has never answered', () => {
    expect(textOf({ ...FIRST_VIEW, trouble: 'no server' })).toContain('NOT ANSWER: no server')
  })
})

it('says that nothing runs, and what is next', () => {
  for (const text of [textOf(viewOf([])), frameText(viewOf([]), NOW)]) {
    expect(text).toContain('no session is running\nnext    assay paper ')
  }
})

describe('several sessions', () => {
  const many = Array.from({ length: 9 }, (_, k) =>
    seenWith({ sessionId: `${k}`.repeat(16), mode: 'paper' }),
  )

  it('stand in a list, and the chosen one below it', () => {
    const text = textOf(viewOf(many, { chosen: '4'.repeat(16) }))
    expect(text).toContain('> 444444444444')
    expect(text).toContain('- 333333333333')
    expect(text).toContain('and 3 more; this is 5 of 9')
    expect(text).toContain('session   4444444444444444, paper')
    expect(text).toContain('tab next session')
  })

  it('all stand in a frame', () => {
    const text = frameText(viewOf(many), NOW)
    for (const { record } of many) expect(text).toContain(`session   ${record.sessionId}`)
    expect(text.split('\n').at(-1)).toMatch(/^next {4}assay events tail --session 0000/)
    const { sessions } = frameJson(viewOf(many), NOW) as { sessions: object[] }
    expect(sessions).toHaveLength(9)
    expect(sessions[0]).toMatchObject({
      state: 'running',
      drawdown: expect.closeTo(0.05),
      peak_equity: 10_000,
    })
  })
})

it.each([
  [80, 24],
  [80, 10],
  [40, 12],
  [20, 4],
])('fits into a window of %i columns and %i lines, whatever it shows', (width, height) => {
  const status = statusWith({
    positions: Array.from({ length: 12 }, () => HELD),
    orders: Array.from({ length: 12 }, () => RESTING),
    holds: ['a reason that is rather long and goes on and on, as reasons do when they are many'],
  })
  const events = Array.from({ length: 40 }, (_, seq) => eventOf(seq))
  const seen = seenWith({ status, strategies: ['a\u001b[2Jb'.repeat(9)] }, { events })
  for (const change of [
    {},
    { kill: { sessionId: 'x', typed: 'ki' } },
    { trouble: 'away '.repeat(30) },
  ]) {
    const lines = pageLines(viewOf([seen, seenWith({ sessionId: 'b' })], change), NOW, {
      width,
      height,
    })
    expect(lines).toHaveLength(height)
    for (const { text } of lines) {
      expect(Array.from(text).length).toBeLessThanOrEqual(width)
      expect(text).not.toMatch(/\p{Cc}/u)
    }
  }
})

it('a frame keeps to 80 columns', () => {
  const status = statusWith({ positions: [HELD], orders: [RESTING], equity: 1_234_567.891 })
  const two = [seenWith({ status }), seenWith({ status, sessionId: 'f'.repeat(16) })]
  for (const text of [frameText(viewOf(two), NOW), textOf(viewOf(two))]) {
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  }
})
