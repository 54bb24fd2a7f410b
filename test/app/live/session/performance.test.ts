import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PerformanceBook } from '../../../../src/app/live/session/performance.js'
import type {
  SessionRecord,
  SessionRepository,
} from '../../../../src/core/ports/trading/sessions.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 2, 2)

interface Mark {
  readonly time: number
  readonly equity: number
}

/** A session of which so many closes are stored, and a trade for every third of them. */
function storeOf(marks: readonly Mark[], stored: () => number): SessionRepository {
  const seen = (): readonly Mark[] => marks.slice(0, stored())
  const store = {
    marks: (_: string, since = -Infinity) =>
      Promise.resolve(seen().filter(({ time }) => time >= since)),
    trades: () =>
      Promise.resolve(
        seen()
          .filter((_, k) => k % 3 === 2)
          .map(({ equity }) => ({ pnl: equity - 100, fees: 0.25 })),
      ),
  }
  return store as unknown as SessionRepository
}

/** The figures of a curve from all of it at once. */
function wholly(marks: readonly Mark[]): object {
  const [first, last] = [marks[0]!, marks.at(-1)!]
  const peaks = marks.map((_, k) => Math.max(...marks.slice(0, k + 1).map(({ equity }) => equity)))
  const falls = marks.map(({ equity }, k) => 1 - equity / peaks[k]!)
  const day = last.time - (last.time % DAY)
  const before = marks.findLast(({ time }) => time <= day) ?? first
  const trades = marks.filter((_, k) => k % 3 === 2)
  return {
    equity_start: first.equity,
    total_return: last.equity / first.equity - 1,
    drawdown: falls.at(-1),
    max_drawdown: Math.max(...falls),
    return_today: last.equity / before.equity - 1,
    trades: trades.length,
    trades_won: trades.filter(({ equity }) => equity > 100).length,
  }
}

const curve = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 200 })), {
    minLength: 1,
    maxLength: 60,
  })
  .map(steps => {
    let time = START
    return steps.map(([hours, equity]) => ({ time: (time += hours * HOUR), equity }))
  })

it('figures that are read piece by piece are those of the whole', async () => {
  await fc.assert(
    fc.asyncProperty(curve, fc.integer({ min: 1, max: 9 }), async (marks, piece) => {
      const book = new PerformanceBook()
      let stored = 0
      const workspace = { sessions: () => Promise.resolve(storeOf(marks, () => stored)) }
      while (stored < marks.length) {
        stored = Math.min(marks.length, stored + piece)
        const record = { sessionId: 'a', lastEventSeq: stored, status: null } as SessionRecord
        const seen = marks.slice(0, stored)
        expect(await book.of(workspace, record)).toMatchObject(wholly(seen))
      }
    }),
  )
})

it('a session that has closed no candle has no figures yet', async () => {
  const workspace = { sessions: () => Promise.resolve(storeOf([], () => 0)) }
  const record = { sessionId: 'a', lastEventSeq: -1, status: null } as SessionRecord
  expect(await new PerformanceBook().of(workspace, record)).toMatchObject({
    equity_start: null,
    total_return: null,
    drawdown: null,
    return_today: null,
    trades: 0,
  })
})
