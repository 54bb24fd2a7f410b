import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { SessionLooks } from '../../../../src/app/live/watch/session-looks.js'
import {
  watchJson,
  watchOnce,
  watchPage,
  type Screen,
} from '../../../../src/app/live/watch/watch.js'
import type { Workspace } from '../../../../src/app/workspace/compose.js'
import { TerminalScreen } from '../../../../src/cli/terminal/terminal-screen.js'
import { AppError } from '../../../../src/core/errors.js'
import type { SessionCommit } from '../../../../src/core/ports/trading/sessions.js'
import { MemorySessions } from '../../../live/memory-sessions.js'
import { VirtualClock } from '../../../live/virtual-clock.js'
import { eventOf, NOW, statusWith } from './seen-sessions.js'

const ID = '0123456789abcdef'
const AWAY = new AppError('DATABASE_AWAY', 'the database is away', { hint: 'start it' })

/** A store with a session, and a way to it that can be cut. */
async function stage() {
  const store = new MemorySessions()
  await store.create({
    sessionId: ID,
    mode: 'paper',
    createdAt: NOW,
    symbols: ['SOL-USDC'],
    timeframe: '1m',
    strategies: ['ma_crossover'],
    feed: 'binance',
    promotionId: null,
    manifest: { capital: 1000 },
  })
  const workspace = { sessions: () => Promise.resolve(store) } as unknown as Workspace
  const way = {
    isCut: false,
    reach: <T>(work: (workspace: Workspace) => Promise<T>): Promise<T> =>
      way.isCut ? Promise.reject(AWAY) : work(workspace),
  }
  const commit = (change: Partial<SessionCommit>): Promise<void> =>
    store.commit(ID, 1, NOW, {
      inputs: [],
      events: [],
      trades: [],
      marks: [],
      answers: [],
      snapshot: null,
      status: statusWith(),
      ...change,
    })
  return { store, workspace, way, commit }
}

describe('looks at a session', () => {
  it('remember its peak and its last events, and read what is new alone', async () => {
    const { store, workspace, commit } = await stage()
    const looks = new SessionLooks(null)
    const seen = async () => (await looks.look(workspace, NOW)).sessions[0]!
    expect(await seen()).toMatchObject({ peak: 1000, events: [] })
    await commit({ marks: [{ time: NOW, equity: 1200 }], events: [eventOf(0), eventOf(1)] })
    expect(await seen()).toMatchObject({ peak: 1200, events: [{ seq: 0 }, { seq: 1 }] })
    const asked: unknown[] = []
    const marks = store.marks.bind(store)
    store.marks = (id, since) => {
      asked.push(since)
      return marks(id, since)
    }
    const events = Array.from({ length: 50 }, (_, k) => eventOf(k + 2))
    await commit({ marks: [{ time: NOW + 60_000, equity: 900 }], events })
    const last = await seen()
    expect(last.peak).toBe(1200)
    expect(last.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, k) => k + 12))
    expect(asked).toEqual([NOW])
    await seen()
    expect(asked, 'nothing is new').toHaveLength(1)
  })

  it('tell of the end of one that ran, though nobody named it', async () => {
    const { store, workspace } = await stage()
    const looks = new SessionLooks(null)
    await looks.look(workspace, NOW)
    await store.end(ID, 1, { state: 'stopped', reason: 'by ada', resultHash: null })
    const { sessions } = await looks.look(workspace, NOW)
    expect(sessions.map(({ record }) => [record.state, record.reason])).toEqual([
      ['stopped', 'by ada'],
    ])
    expect((await new SessionLooks(null).look(workspace, NOW)).sessions).toEqual([])
    expect((await new SessionLooks('0123').look(workspace, NOW)).sessions).toHaveLength(1)
    await expect(new SessionLooks('ffff').look(workspace, NOW)).rejects.toMatchObject({
      code: 'UNKNOWN_SESSION',
    })
  })
})

/** A screen whose keys come when a condition on what is drawn holds. */
function scripted(steps: readonly (readonly [when: RegExp, then: string | (() => void)])[]) {
  const pages: string[] = []
  const left = [...steps]
  const waiting: string[] = []
  let wake = (): void => undefined
  const screen: Screen = {
    size: () => ({ width: 80, height: 24 }),
    draw: lines => {
      const page = lines.map(({ text }) => text).join('\n')
      pages.push(page)
      const next = left[0]
      if (next === undefined || !next[0].test(page)) return
      left.shift()
      if (typeof next[1] === 'string') waiting.push(next[1])
      else next[1]()
      wake()
    },
    async *keys(signal) {
      signal.addEventListener('abort', () => wake())
      while (!signal.aborted) {
        const key = waiting.shift()
        if (key !== undefined) yield key
        else await new Promise<void>(resolve => (wake = resolve))
      }
    },
  }
  return { screen, pages, left }
}

describe('a page that is watched', () => {
  it('outlives a store that goes away, and orders what is typed', async () => {
    const { store, way } = await stage()
    const clock = new VirtualClock(NOW)
    const obeyed: unknown[] = []
    const obey = async (): Promise<void> => {
      while ((await store.waiting(ID)).length === 0) await new Promise(setImmediate)
      for (const { id, command } of await store.waiting(ID)) {
        obeyed.push(command)
        await store.commit(ID, 1, clock.now(), {
          ...{ inputs: [], events: [], trades: [], marks: [], snapshot: null },
          answers: [{ id, outcome: 'done' }],
          status: statusWith({ isPaused: true, trading: 'reducing' }),
        })
      }
      await store.beat(ID, 1, clock.now())
    }
    const { screen, left } = scripted([
      [/no candle has come yet/, () => void (way.isCut = true)],
      [/NOT ANSWER: the database is away[^]*last seen \d+ s ago/, () => void (way.isCut = false)],
      [/it runs/, 'p'],
      [/pause: session 0123456789abcdef is asked/, () => void obey()],
      [/pause: session 0123456789abcdef has taken it/, 'x'],
      [/exits go on: somebody has paused it/, 'q'],
    ])
    await watchPage(null, screen, { reach: way.reach, clock, signal: new AbortController().signal })
    expect(left).toEqual([])
    expect(obeyed).toEqual([{ name: 'pause' }])
  })

  it('lets somebody go whose store never answers', async () => {
    const clock = new VirtualClock(NOW)
    const never = (): Promise<never> => new Promise(() => undefined)
    const { screen, pages } = scripted([[/looking/, 'q']])
    await watchPage(null, screen, { reach: never, clock, signal: new AbortController().signal })
    expect(pages.length).toBeGreaterThan(0)
  })

  it('ends with its signal, and refuses a session that is not there', async () => {
    const { way } = await stage()
    const stop = new AbortController()
    const world = { reach: way.reach, clock: new VirtualClock(NOW) }
    const { screen } = scripted([[/it runs/, () => stop.abort()]])
    await watchPage(ID, screen, { ...world, signal: stop.signal })
    const signal = new AbortController().signal
    await expect(watchPage('ffff', screen, { ...world, signal })).rejects.toMatchObject({
      code: 'UNKNOWN_SESSION',
    })
  })

  it('is told to programs, frame by frame, and once', async () => {
    const { way } = await stage()
    const stop = new AbortController()
    const world = { reach: way.reach, clock: new VirtualClock(NOW), signal: stop.signal }
    const frames: { trouble: unknown; sessions: unknown[] }[] = []
    await watchJson(null, world, frame => {
      frames.push(frame as (typeof frames)[number])
      way.isCut = frames.length === 1
      if (frames.length === 3) stop.abort()
    })
    expect(frames.map(({ trouble }) => trouble)).toEqual([null, AWAY.message, null])
    for (const { sessions } of frames) expect(sessions).toMatchObject([{ session_id: ID }])
    const once = await watchOnce('latest', world)
    expect(once.json).toMatchObject({ sessions: [{ session_id: ID }] })
    expect(once.text).toContain(ID)
  })
})

describe('a terminal', () => {
  function opened(colour: boolean) {
    const log: string[] = []
    const input = Object.assign(new EventEmitter(), {
      setRawMode: (on: boolean) => void log.push(`raw ${on}`),
      pause: () => undefined,
      resume: () => undefined,
    })
    const output = Object.assign(new EventEmitter(), {
      columns: 100,
      rows: 30,
      write: (text: string) => log.push(text) > 0,
    })
    const events = new EventEmitter()
    const screen = new TerminalScreen({ input, output } as never, colour, events as never)
    screen.open()
    return { screen, log, input, output, events }
  }

  it.each(['close', 'exit'])('is given back as it was by its %s', way => {
    const { screen, log, input, output, events } = opened(false)
    expect(log).toEqual(['raw true', '\x1b[?1049h\x1b[?25l\x1b[?7l'])
    if (way === 'close') screen.close()
    else events.emit('exit')
    expect(log.slice(2)).toEqual(['\x1b[?7h\x1b[?25h\x1b[?1049l', 'raw false'])
    if (way === 'exit') return
    screen.draw([{ text: 'late', tone: 'plain' }])
    expect(log).toHaveLength(4)
    for (const stream of [input, output, events]) expect(stream.eventNames()).toEqual([])
  })

  it('tells keys, a new size, and its end', async () => {
    const { screen, input, output, events } = opened(false)
    const stop = new AbortController()
    const keys = screen.keys(stop.signal)
    const next = async (): Promise<unknown> => (await keys.next()).value
    expect(await next()).toBe('resize')
    input.emit('data', Buffer.from('p\x1b[A'))
    expect([await next(), await next()]).toEqual(['p', 'up'])
    output.columns = 10
    output.emit('resize')
    expect(await next()).toBe('resize')
    expect(screen.size()).toEqual({ width: 20, height: 30 })
    events.emit('SIGHUP')
    input.emit('end')
    expect([await next(), await next()]).toEqual(['ctrl-c', 'ctrl-c'])
    const last = keys.next()
    stop.abort()
    expect((await last).done).toBe(true)
  })

  it('has colours only where they are wanted', () => {
    for (const colour of [true, false]) {
      const { screen, log } = opened(colour)
      screen.draw([{ text: 'down', tone: 'alarm' }])
      expect(log.at(-1)!.includes('\x1b[31m')).toBe(colour)
    }
  })
})
