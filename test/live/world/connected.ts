import type { LiveClock } from '../../../src/live/clock.js'
import { HostGate } from '../../../src/live/http/host-gate.js'
import { createHttpClient } from '../../../src/live/http/http-client.js'
import { jupiterPrices } from '../../../src/live/jupiter/jupiter-prices.js'
import { JupiterTransport } from '../../../src/live/jupiter/jupiter-transport.js'
import { jupiterVenue } from '../../../src/live/jupiter/jupiter-venue.js'
import type { PriceSource, SwapVenue } from '../../../src/live/jupiter/swap-venue.js'
import type { Chain } from '../../../src/live/solana/chain.js'
import { rpcChain } from '../../../src/live/solana/rpc-chain.js'
import { RpcClient } from '../../../src/live/solana/rpc-client.js'
import { RpcPool } from '../../../src/live/solana/rpc-pool.js'
import { seededRng } from '../../../src/core/random.js'
import type { World } from './world.js'

/** The clients of live trading, connected to a world. */
export interface Connected {
  readonly chain: Chain
  readonly pool: RpcPool
  readonly venue: SwapVenue
  readonly prices: PriceSource
  readonly transport: JupiterTransport
  readonly clock: LiveClock
  close(): Promise<void>
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

const TIMEOUT_MS = 250

/** Connects the clients, on a clock that lets the world's time pass. */
export function connect(world: World, clock = worldClock(world)): Connected {
  const http = createHttpClient()
  const parts = { http: http.ask, timeoutMs: TIMEOUT_MS, gate: new HostGate(Infinity, clock) }
  const transport = new JupiterTransport(world.jupiterUrl, 'jup_test', parts)
  const clients = world.rpcUrls.map(
    url => new RpcClient(url, http.ask, new HostGate(Infinity, clock), TIMEOUT_MS),
  )
  const pool = new RpcPool(clients, clock)
  return {
    chain: rpcChain(pool),
    pool,
    venue: jupiterVenue(transport, clock),
    prices: jupiterPrices(transport),
    transport,
    clock,
    close: http.close,
  }
}
