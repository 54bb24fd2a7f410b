import type { Millis } from '../core/candles/time.js'
import { liveClock, type LiveClock } from './clock.js'
import { HostGates } from './http/host-gate.js'
import { createHttpClient } from './http/http-client.js'
import { jupiterPrices } from './jupiter/jupiter-prices.js'
import { JupiterTransport } from './jupiter/jupiter-transport.js'
import { jupiterVenue } from './jupiter/jupiter-venue.js'
import type { PriceSource, SwapVenue } from './jupiter/swap-venue.js'
import { tokenSafety, type TokenSafety } from './jupiter/token-safety.js'
import type { Chain } from './solana/rpc/chain.js'
import { rpcChain } from './solana/rpc/rpc-chain.js'
import { RpcClient } from './solana/rpc/rpc-client.js'
import { plainly, RpcPool, type NodeHealth } from './solana/rpc/rpc-pool.js'
import { walletHistory, type WalletHistory } from './solana/rpc/wallet-history.js'
import { transactionReader } from './solana/transaction/transaction-reader.js'
import type { TransactionReader } from './swaps/swap-parts.js'

/** Where the chain and Jupiter are, and how often they may be asked. */
export interface ConnectionOptions {
  /** Nodes of the chain, the favoured first. Two of different providers prove more than one. */
  readonly rpcUrls: readonly string[]
  readonly jupiterUrl: string
  /** Undefined for none. */
  readonly jupiterKey?: string | undefined
  /** Requests to Jupiter in a second: those of a key share one bucket. */
  readonly jupiterPerSecond: number
  /** Requests to each node in a second. */
  readonly rpcPerSecond: number
  /** For one request, whole. */
  readonly timeoutMs: Millis
  readonly proxy?: string | undefined
}

/** The world of a live session: one a process, so that all in it share the gates. */
export interface Connection {
  readonly chain: Chain
  readonly venue: SwapVenue
  readonly prices: PriceSource
  readonly history: WalletHistory
  readonly safety: TokenSafety
  readonly read: TransactionReader
  /** The first block of the chain that each node is of; of those that answer. */
  readonly clusters: () => Promise<readonly string[]>
  readonly health: () => readonly NodeHealth[]
  close(): Promise<void>
}

/** Connects to the chain and to Jupiter. Nothing is asked yet. */
export function connectSolana(
  options: ConnectionOptions,
  clock: LiveClock = liveClock,
): Connection {
  const { rpcUrls, jupiterUrl, jupiterKey, timeoutMs, proxy } = options
  const http = createHttpClient({ proxy })
  const nodeGates = new HostGates(options.rpcPerSecond, clock)
  const gate = new HostGates(options.jupiterPerSecond, clock).of(jupiterUrl)
  const transport = new JupiterTransport(jupiterUrl, jupiterKey, {
    http: http.ask,
    gate,
    timeoutMs,
  })
  const clients = rpcUrls.map(url => new RpcClient(url, http.ask, nodeGates.of(url), timeoutMs))
  const pool = new RpcPool(clients, clock)
  const chain = rpcChain(pool)
  return {
    chain,
    venue: jupiterVenue(transport, clock),
    prices: jupiterPrices(transport),
    history: walletHistory(pool),
    safety: tokenSafety(transport, chain),
    read: transactionReader(chain),
    clusters: async () => {
      const replies = await pool.askEach(
        'getGenesisHash',
        [],
        plainly(hash => String(hash)),
      )
      return replies.flatMap(reply => (reply.kind === 'answered' ? [reply.value] : []))
    },
    health: () => pool.health,
    close: http.close,
  }
}
