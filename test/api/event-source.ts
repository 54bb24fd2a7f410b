import { createSessionRepository } from '../../src/data/store/sessions/session-repository.js'
import type { Workspace } from '../../src/app/workspace/compose.js'

const AT = Date.UTC(2026, 2, 2, 12)

/** A session that stores events when it is told to. */
export interface EventSource {
  readonly sessionId: string
  /** Stores so many, each with a payload of so many letters. @returns how many it has stored in all */
  add(count: number, letters?: number): Promise<number>
}

/** Opens a session that stores events. */
export async function eventSource(
  workspace: Workspace,
  sessionId: string,
  beatAt = workspace.clock.now(),
): Promise<EventSource> {
  const store = createSessionRepository(await workspace.database())
  await store.create({
    sessionId,
    mode: 'paper',
    createdAt: beatAt,
    symbols: ['SOL-USDC'],
    timeframe: '1m',
    strategies: ['ma_crossover'],
    feed: 'replay',
    promotionId: null,
    manifest: {},
  })
  const status = {
    time: AT,
    equity: 1000,
    prices: {},
    positions: [],
    orders: [],
    fedAt: AT,
    isStale: false,
    holds: [],
    trading: 'active',
    isPaused: false,
  } as const
  let stored = 0
  return {
    sessionId,
    add: async (count, letters = 10) => {
      const events = Array.from({ length: count }, (_, k) => ({
        seq: stored + k,
        time: AT + k,
        type: k % 2 === 0 ? 'even' : 'odd',
        payload: { text: 'é'.repeat(letters) },
        linkHash: null,
      }))
      stored += count
      const rest = { inputs: [], trades: [], marks: [], answers: [], snapshot: null, status }
      await store.commit(sessionId, 1, beatAt, { ...rest, events })
      return stored
    },
  }
}
