import { seededRng } from '../../../src/core/random.js'
import type { LiveClock } from '../../../src/live/clock.js'
import { connectSolana, type Connection } from '../../../src/live/connection.js'
import type { World } from './world.js'

/** The clients of live trading, connected to a world. */
export interface Connected extends Connection {
  readonly clock: LiveClock
}

/** A clock whose sleeps let the slots of a chain pass: a test waits for nothing. */
export function worldClock({ chain }: World): LiveClock {
  const rng = seededRng(7)
  let over = 0
  return {
    now: () => chain.time + over,
    sleep: ms => {
      over += ms
      const slots = Math.floor(over / chain.slotMs)
      over -= slots * chain.slotMs
      chain.tick(slots)
      return Promise.resolve()
    },
    random: () => rng.next(),
  }
}

/** Long enough that nothing runs out on a busy machine; where something hangs, a test says less. */
const TIMEOUT_MS = 10_000

/** Connects the clients, on a clock that lets the world's time pass. */
export function connect(
  world: World,
  clock = worldClock(world),
  timeoutMs = TIMEOUT_MS,
): Connected {
  const { rpcUrls, jupiterUrl } = world
  const connection = connectSolana(
    {
      rpcUrls,
      jupiterUrl,
      jupiterKey: 'jup_test',
      jupiterPerSecond: Infinity,
      rpcPerSecond: Infinity,
      timeoutMs,
    },
    clock,
  )
  return { ...connection, clock }
}
