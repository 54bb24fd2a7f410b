import { expect, it } from 'vitest'
import type { FeedEvent, SwitchEvent } from '../../../../src/core/ports/market/feed.js'
import {
  switchingFeed,
  type FollowedSource,
} from '../../../../src/data/sources/feed/switching-feed.js'
import { MINUTE, START } from './feed-world.js'

type Said = FeedEvent | SwitchEvent

const candle = (k: number, close: number, isReplayed = false): FeedEvent => ({
  kind: 'candle',
  candle: {
    time: START + k * MINUTE,
    open: String(close),
    high: String(close),
    low: String(close),
    close: String(close),
    volume: '1',
  },
  isReplayed,
})
const stale: FeedEvent = { kind: 'stale', since: START, reason: 'nothing newer' }
const fresh: FeedEvent = { kind: 'fresh', since: START }

/** A source that says what a test lets it say, when the test wants it. */
class Told implements FollowedSource {
  readonly name: string
  readonly opened: (number | undefined)[] = []
  private readonly queue: (FeedEvent | Error)[] = []
  private wake = (): void => undefined

  constructor(name: string) {
    this.name = name
  }

  say(...events: readonly (FeedEvent | Error)[]): void {
    this.queue.push(...events)
    this.wake()
  }

  async *open(from: number | undefined): AsyncGenerator<FeedEvent> {
    this.opened.push(from)
    for (;;) {
      const event = this.queue.shift()
      if (event instanceof Error) throw event
      if (event !== undefined) yield event
      else await new Promise<void>(resolve => (this.wake = resolve))
    }
  }
}

function world() {
  const [first, second] = [new Told('alpha'), new Told('beta')]
  const [said, remarks]: [Said[], string[]] = [[], []]
  let failed: unknown
  const run = async (): Promise<void> => {
    const onRemark = (message: string): void => void remarks.push(message)
    const feed = switchingFeed({ first, second, from: START, timeframeMs: MINUTE, onRemark })
    for await (const event of feed) said.push(event)
  }
  const over = run().catch((error: unknown) => (failed = error))
  /** All that was said so far has been heard. */
  const settled = async (): Promise<void> => {
    for (let k = 0; k < 50; k++) await new Promise(resolve => setImmediate(resolve))
  }
  return { first, second, said, remarks, settled, over, failure: () => failed }
}

const minutes = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, k) => from + k)
const timesOf = (said: readonly Said[]): number[] =>
  said.flatMap(event => (event.kind === 'candle' ? [(event.candle.time - START) / MINUTE] : []))

it('follows the second source while the first is out, from a boundary on, and goes back', async () => {
  const { first, second, said, settled } = world()
  first.say(...minutes(0, 30).map(k => candle(k, 100)), stale)
  await settled()
  expect(second.opened).toEqual([START - 30 * MINUTE])
  second.say(...minutes(0, 30).map(k => candle(k, 100.1, true)))
  second.say(...minutes(30, 40).map(k => candle(k, 100.1)))
  await settled()
  const there = said.find(event => event.kind === 'switched')
  expect(there).toMatchObject({
    from: 'alpha',
    to: 'beta',
    since: START + 30 * MINUTE,
    reason: 'nothing newer',
    basis: expect.closeTo(0.001, 6) as number,
  })
  // The first comes again, with what was missed, and is watched until ten candles came in time.
  first.say(...minutes(30, 40).map(k => candle(k, 100, true)), fresh)
  first.say(...minutes(40, 49).map(k => candle(k, 100)))
  second.say(...minutes(40, 48).map(k => candle(k, 100.1)))
  await settled()
  expect(said.filter(({ kind }) => kind === 'switched')).toHaveLength(1)
  first.say(...minutes(49, 52).map(k => candle(k, 100)))
  await settled()
  const back = said.filter(event => event.kind === 'switched')[1]
  expect(back).toMatchObject({ from: 'beta', to: 'alpha', since: START + 48 * MINUTE })
  expect(timesOf(said), 'each once, in order, none left out').toEqual(minutes(0, 52))
  const at = said.indexOf(back!)
  const closes = (part: readonly Said[]): Set<string> =>
    new Set(part.flatMap(event => (event.kind === 'candle' ? [event.candle.close] : [])))
  expect(closes(said.slice(said.indexOf(there!), at))).toEqual(new Set(['100.1']))
  expect(closes(said.slice(at))).toEqual(new Set(['100']))
})

it('does not follow a source that is another market, or one that is not known well enough', async () => {
  const far = world()
  far.first.say(...minutes(0, 30).map(k => candle(k, 100)), stale)
  far.second.say(...minutes(0, 32).map(k => candle(k, 101)))
  await far.settled()
  expect(far.said.some(({ kind }) => kind === 'switched')).toBe(false)
  expect(far.remarks).toEqual([
    expect.stringContaining('its closes lie 1 % away, and 0.5 % is the limit'),
  ])
  far.first.say(...minutes(30, 33).map(k => candle(k, 100)))
  await far.settled()
  expect(timesOf(far.said)).toEqual(minutes(0, 33))

  const few = world()
  few.first.say(...minutes(0, 5).map(k => candle(k, 100)), stale)
  few.second.say(...minutes(0, 7).map(k => candle(k, 100)))
  await few.settled()
  expect(few.remarks).toEqual([expect.stringContaining('5 candles of both are known')])
})

it('takes an outage that ends meanwhile for over', async () => {
  const { first, second, said, settled } = world()
  first.say(...minutes(0, 30).map(k => candle(k, 100)), stale, candle(30, 100), fresh)
  await settled()
  second.say(...minutes(0, 35).map(k => candle(k, 100)))
  await settled()
  expect(said.some(({ kind }) => kind === 'switched')).toBe(false)
})

it('stays with the second where the first ends for good, and ends where both do', async () => {
  const { first, second, said, settled, over, failure } = world()
  first.say(...minutes(0, 20).map(k => candle(k, 100)), new Error('banned'))
  second.say(...minutes(0, 25).map(k => candle(k, 100)))
  await settled()
  expect(said.find(({ kind }) => kind === 'switched')).toMatchObject({ reason: 'banned' })
  expect(timesOf(said)).toEqual(minutes(0, 25))
  second.say(new Error('gone too'))
  await over
  expect(failure()).toMatchObject({ message: 'gone too' })
})

it('ends with the error of the first where the second cannot stand for it', async () => {
  const { first, second, over, failure } = world()
  first.say(...minutes(0, 20).map(k => candle(k, 100)), new Error('banned'))
  second.say(...minutes(0, 25).map(k => candle(k, 300)))
  await over
  expect(failure()).toMatchObject({ message: 'banned' })
})
