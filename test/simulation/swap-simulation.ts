import { expect } from 'vitest'
import { lotOf } from '../../src/core/account/market.js'
import { AppError } from '../../src/core/errors.js'
import type { JournalledIntent } from '../../src/core/ports/trading/journal.js'
import type { Signer } from '../../src/core/ports/trading/signer.js'
import { seededRng, type Rng } from '../../src/core/random.js'
import type { Approved } from '../../src/core/risk/guard.js'
import type { VenueAnswer, VenueFill } from '../../src/core/trading/venue/broker.js'
import type { VenueOrder } from '../../src/core/trading/venue/venue-order.js'
import { JupiterBroker } from '../../src/live/broker/jupiter-broker.js'
import type { SwapMarket } from '../../src/live/broker/swap-market.js'
import { SOL_MINT, TOKEN_PROGRAM } from '../../src/live/solana/programs.js'
import type { SwapParts, SwapToken } from '../../src/live/swaps/swap-parts.js'
import { SWAP_POLICY } from '../../src/live/swaps/swap-policy.js'
import { MemoryJournal } from '../live/memory-journal.js'
import { hookedChain, hookedJournal } from '../live/swaps/faulty-parts.js'
import { verifyBooks } from '../live/swaps/invariants.js'
import type { BrokerMaker } from '../live/swaps/stage.js'
import { ChainModel } from './chain-model.js'
import { copied, type Holdings } from './model-ledger.js'
import { contentsOf, decodeSwap, encodeSwap, signedSwap } from './model-transaction.js'
import { drawFaults, withoutFaults, type SwapFaults } from './swarm.js'
import { VenueModel } from './venue-model.js'
import { VirtualClock } from './virtual-clock.js'

const WALLET = 'J4ouAeNJBmCs2REvbKK1wRABYdbNpZJHTwPGVWWzxNQt'
const token = (symbol: string, mint: string, decimals: number): SwapToken => ({
  mint,
  symbol,
  decimals,
  program: TOKEN_PROGRAM,
})
const SOL = token('SOL', SOL_MINT, 9)
const DOLLAR = token('USDC', 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', 6)
const MEME = token('MEME', 'DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263', 5)
const TOKENS = [SOL, DOLLAR, MEME]
const MARKETS: readonly SwapMarket[] = [
  { symbol: 'SOL-USDC', base: SOL, quote: DOLLAR, lot: lotOf(1e-9) },
  { symbol: 'MEME-USDC', base: MEME, quote: DOLLAR, lot: lotOf(1e-5) },
]

/** The death of a process. */
class Crash extends Error {}

/** A wallet, a chain and a broker in a world of faults that a seed draws, until all orders have ended. */
export class SwapSimulation {
  readonly faults: SwapFaults
  private readonly rng: Rng
  private readonly clock: VirtualClock
  private readonly chain: ChainModel
  private readonly venue: VenueModel
  private readonly journal = new MemoryJournal()
  private readonly make: BrokerMaker
  private readonly orders: Approved<VenueOrder>[] = []
  private readonly answers: VenueAnswer[] = []
  private readonly ended = new Set<string>()
  private readonly before: Holdings
  private broker: ReturnType<BrokerMaker>

  constructor(seed: number, make: BrokerMaker = (...terms) => new JupiterBroker(...terms)) {
    this.rng = seededRng(seed)
    this.faults = drawFaults(this.rng)
    this.make = make
    this.clock = new VirtualClock(this.rng, Date.UTC(2026, 9, 1))
    const parts = { clock: this.clock, rng: this.rng, faults: this.faults }
    const prices = new Map([
      [SOL.mint, 150_000_000n],
      [DOLLAR.mint, 1_000_000n],
      [MEME.mint, 20n],
    ])
    this.venue = new VenueModel({ ...parts, tokens: TOKENS }, prices)
    const holdings = { lamports: 50n * 10n ** 9n, tokens: new Map([[DOLLAR.mint, 5_000_000_000n]]) }
    this.before = copied(holdings)
    this.chain = new ChainModel(parts, { address: WALLET, holdings }, swap =>
      this.venue.outFor(swap),
    )
    this.venue.chain = this.chain
    this.broker = this.start()
  }

  /** @throws where an invariant does not hold */
  async run(): Promise<void> {
    await this.clock.run(this.live())
  }

  /** What was ordered, and what came of it. */
  get intents(): readonly JournalledIntent[] {
    return this.journal.all()
  }

  private async live(): Promise<void> {
    const rounds = 2 + Math.floor(this.rng.next() * 4)
    for (let round = 0; round < rounds; round++) {
      this.order()
      if (this.rng.next() < 0.3) this.order()
      await Promise.all([this.work(), this.meddle()])
      await this.clock.sleep(this.rng.next() * 30_000)
    }
    withoutFaults(this.faults)
    await this.work()
    await this.trade()
    await this.clock.sleep(60_000)
    await this.work()
    this.verify()
  }

  /** In a world without faults an order fills. */
  private async trade(): Promise<void> {
    await this.clock.sleep(150_000)
    const price = this.venue.priceOf(SOL.mint)
    this.order({
      symbol: 'SOL-USDC',
      side: 'sell',
      size: 0.5,
      spend: 0,
      reference: price,
      market: 0,
    })
    await this.work()
    const { id } = this.orders.at(-1)!
    const told = this.answers.filter(answer => answer.order === id)
    if (told.at(-1)?.kind !== 'fill') throw new Error(`no trade without faults: ${id}`)
  }

  /** Someone cancels, at some moment. */
  private async meddle(): Promise<void> {
    if (this.rng.next() >= this.faults.cancel) return
    const { id } = this.orders.at(-1)!
    await this.clock.sleep(this.rng.next() * 60_000)
    this.broker.cancel(id)
  }

  private order(change: Partial<VenueOrder> = {}): void {
    const market = MARKETS[this.rng.next() < 0.7 ? 0 : 1]!
    const side = this.rng.next() < 0.5 ? 'buy' : 'sell'
    const reference = this.venue.priceOf(market.base.mint)
    const size = Math.ceil(((50 + this.rng.next() * 400) / reference) * 1000) / 1000
    const order = {
      id: `run-0-${this.orders.length + 1}`,
      market: MARKETS.indexOf(market),
      symbol: market.symbol,
      side,
      kind: 'market',
      size,
      spend: side === 'buy' ? size * reference * 1.001 : 0,
      reference,
      price: null,
      reason: 'signal',
      tag: null,
      ...change,
    } as unknown as Approved<VenueOrder>
    this.orders.push(order)
    this.broker.submit(order)
  }

  /** Lets the broker work, and another take over wherever it dies. */
  private async work(): Promise<void> {
    for (let isDone = false; !isDone;) {
      try {
        await this.broker.work()
        isDone = true
      } catch (error) {
        if (!(error instanceof Crash)) throw error
        await this.restart()
      }
      this.hear()
    }
  }

  private async restart(): Promise<void> {
    for (;;) {
      this.hear()
      await this.clock.sleep(this.rng.next() * 90_000)
      this.broker = this.start()
      try {
        await this.broker.recover(this.orders.filter(({ id }) => !this.ended.has(id)).map(known))
        return
      } catch (error) {
        if (!(error instanceof Crash)) throw error
      }
    }
  }

  private hear(): void {
    for (const answer of this.broker.answers()) {
      this.answers.push(answer)
      const isEnd = answer.kind === 'fill' || !['open', 'unknown'].includes(answer.state)
      if (isEnd) this.ended.add(answer.order)
    }
  }

  private start(): ReturnType<BrokerMaker> {
    const parts: SwapParts = {
      chain: hookedChain(this.chain, moment => this.maybeDie(moment)),
      venue: this.venue,
      prices: this.venue,
      signer: this.signer(),
      journal: hookedJournal(this.journal, moment => {
        this.maybeDie(moment)
        this.maybeBeAway()
      }),
      clock: this.clock,
      policy: SWAP_POLICY,
      tokens: new Map(TOKENS.map(known => [known.mint, known])),
      read: bytes => Promise.resolve(contentsOf(bytes)),
      notice: () => undefined,
    }
    return this.make('session', MARKETS, parts)
  }

  private signer(): Signer {
    return {
      address: WALLET,
      sign: bytes => {
        if (this.rng.next() < this.faults.signerAway) return Promise.reject(new Error('away'))
        const signed = signedSwap(decodeSwap(bytes))
        const transaction = encodeSwap(signed)
        return Promise.resolve({ kind: 'signed', transaction, signature: signed.signature })
      },
    }
  }

  private maybeDie(moment: string): void {
    if (this.rng.next() < this.faults.crash / 4) throw new Crash(moment)
  }

  private maybeBeAway(): void {
    if (this.rng.next() >= this.faults.journalAway) return
    throw new AppError('DATABASE_AWAY', 'the database is away', { hint: 'start it' })
  }

  private verify(): void {
    const held = ({ lamports, tokens }: Holdings): Map<string, bigint> =>
      new Map(
        TOKENS.map(({ mint }) => [mint, mint === SOL_MINT ? lamports : (tokens.get(mint) ?? 0n)]),
      )
    verifyBooks({
      journal: this.journal.all(),
      landed: [...this.chain.landed].map(([signature, landed]) => ({ ...landed, signature })),
      before: held(this.before),
      after: held(this.chain.holdings),
      markets: MARKETS,
      fillsOf: order =>
        this.answers.filter(
          (answer): answer is VenueFill => answer.kind === 'fill' && answer.order === order,
        ),
      isHalted: this.broker.haltedBy !== null,
    })
    verifyLimits(this.journal.all(), this.answers, this.orders)
    const missing = this.orders.filter(({ id }) => !this.ended.has(id))
    if (missing.length > 0) throw new Error(`order ${missing[0]!.id} has no end`)
    if (this.broker.haltedBy !== null) throw new Error(this.broker.haltedBy)
  }
}

/** What an order was bound by has bound all that came of it. */
function verifyLimits(
  intents: readonly JournalledIntent[],
  answers: readonly VenueAnswer[],
  orders: readonly VenueOrder[],
): void {
  for (const { intent, attempts, fills } of intents) {
    for (const { taken, given } of fills) {
      expect(taken * intent.amount, 'no less than allowed').toBeGreaterThanOrEqual(
        intent.least * given,
      )
      expect(given, 'no more than ordered').toBeLessThanOrEqual(intent.amount)
    }
    for (const { preparedAt } of attempts) {
      const age = preparedAt - intent.decidedAt
      expect(age, 'no old decision').toBeLessThan(SWAP_POLICY.decisionAgeMs + 60_000)
    }
  }
  for (const { id, size } of orders) {
    const told = answers.filter(({ order }) => order === id)
    const fill = told.find(answer => answer.kind === 'fill')
    if (fill === undefined || size - fill.size < 1e-5) continue
    const last = told.at(-1)!
    expect(last.kind === 'outcome' && last.state, 'the rest has an end').toBe('cancelled')
  }
}

function known(order: Approved<VenueOrder>): { order: Approved<VenueOrder>; filled: number } {
  return { order, filled: 0 }
}
