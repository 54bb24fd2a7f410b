import { Keypair, VersionedTransaction } from '@solana/web3.js'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lotOf } from '../../../src/core/account/market.js'
import type { Approved } from '../../../src/core/risk/guard.js'
import type { VenueAnswer } from '../../../src/core/trading/venue/broker.js'
import type { VenueOrder } from '../../../src/core/trading/venue/venue-order.js'
import { openDatabase } from '../../../src/data/store/database.js'
import { createSwapJournal } from '../../../src/data/store/journal/swap-journal.js'
import { JupiterBroker } from '../../../src/live/broker/jupiter-broker.js'
import { liveClock } from '../../../src/live/clock.js'
import { connectSolana } from '../../../src/live/connection.js'
import { toBase58 } from '../../../src/live/solana/base58.js'
import { SWAP_POLICY } from '../../../src/live/swaps/swap-policy.js'
import type { SwapToken } from '../../../src/live/swaps/swap-parts.js'

/** What a trader is started with. */
export interface TraderTerms {
  readonly folder: string
  readonly jupiterUrl: string
  readonly rpcUrls: readonly string[]
  readonly secret: readonly number[]
  readonly sol: SwapToken
  readonly dollar: SwapToken
  /** Orders in all. */
  readonly orders: number
}

/** A line of what the session knows: an order that it places, or an answer that it hears. */
export type SessionLine = { readonly placed: VenueOrder } | { readonly heard: VenueAnswer }

/** What a session knew when it was stopped. */
export function readSession(folder: string): readonly SessionLine[] {
  const file = join(folder, 'session.jsonl')
  if (!existsSync(file)) return []
  // A line that was cut is one that was never written.
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map(line => JSON.parse(line) as SessionLine)
}

const ENDS = new Set(['refused', 'cancelled', 'expired'])

/** Orders that have no end yet. */
export function liveOrders(lines: readonly SessionLine[]): readonly Approved<VenueOrder>[] {
  const ended = new Set(
    lines.flatMap(line => {
      if (!('heard' in line)) return []
      const { heard } = line
      return heard.kind === 'fill' || ENDS.has(heard.state) ? [heard.order] : []
    }),
  )
  return lines.flatMap(line =>
    'placed' in line && !ended.has(line.placed.id) ? [line.placed as Approved<VenueOrder>] : [],
  )
}

/** Trades until all orders have ended; whoever kills it starts it again. */
async function trade(terms: TraderTerms): Promise<void> {
  const { folder, sol, dollar } = terms
  const wallet = Keypair.fromSecretKey(Uint8Array.from(terms.secret))
  const database = await openDatabase({ folder })
  const connection = connectSolana({
    rpcUrls: terms.rpcUrls,
    jupiterUrl: terms.jupiterUrl,
    jupiterPerSecond: Infinity,
    rpcPerSecond: Infinity,
    timeoutMs: 5_000,
  })
  const market = { symbol: 'SOL-USDC', base: sol, quote: dollar, lot: lotOf(1e-9) }
  const broker = new JupiterBroker('killed', [market], {
    ...connection,
    signer: {
      address: wallet.publicKey.toBase58(),
      sign: bytes => {
        const transaction = VersionedTransaction.deserialize(bytes)
        transaction.sign([wallet])
        const signature = toBase58(transaction.signatures[0]!)
        return Promise.resolve({ kind: 'signed', transaction: transaction.serialize(), signature })
      },
    },
    journal: createSwapJournal(database),
    clock: liveClock,
    // The chain of the test is many times as fast as a real one.
    policy: { ...SWAP_POLICY, pollMs: 10, resendMs: 20, quoteAgeMs: 20_000, quoteAgeSlots: 1_000 },
    tokens: new Map([sol, dollar].map(token => [token.mint, token])),
    notice: () => undefined,
  })
  const keep = (line: SessionLine): void => {
    appendFileSync(join(folder, 'session.jsonl'), `${JSON.stringify(line)}\n`)
  }
  const hear = (): void => {
    for (const heard of broker.answers()) keep({ heard })
  }
  console.log('ready')
  await broker.recover(liveOrders(readSession(folder)).map(order => ({ order, filled: 0 })))
  hear()
  for (let k = count(folder); k < terms.orders; k++) {
    const order = orderOf(k)
    keep({ placed: order })
    broker.submit(order as Approved<VenueOrder>)
    await broker.work()
    hear()
  }
  await connection.close()
  await database.close()
  console.log('done')
}

function count(folder: string): number {
  return readSession(folder).filter(line => 'placed' in line).length
}

function orderOf(k: number): VenueOrder {
  const side = k % 2 === 0 ? 'sell' : 'buy'
  const size = 1 + (k % 3) / 2
  return {
    id: `killed-0-${k + 1}`,
    market: 0,
    symbol: 'SOL-USDC',
    side,
    kind: 'market',
    size,
    spend: side === 'buy' ? size * 150.3 : 0,
    reference: 150,
    price: null,
    reason: 'signal',
    tag: null,
  }
}

const [terms] = process.argv.slice(2)
if (terms?.startsWith('{') === true) await trade(JSON.parse(terms) as TraderTerms)
