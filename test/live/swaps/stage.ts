import { VersionedTransaction } from '@solana/web3.js'
import { AppError } from '../../../src/core/errors.js'
import { lotOf } from '../../../src/core/account/market.js'
import type { JournalledIntent } from '../../../src/core/ports/trading/journal.js'
import type { SignedSwap, Signer } from '../../../src/core/ports/trading/signer.js'
import type { Approved } from '../../../src/core/risk/guard.js'
import type { Broker, VenueAnswer, VenueFill } from '../../../src/core/trading/venue/broker.js'
import type { VenueOrder } from '../../../src/core/trading/venue/venue-order.js'
import type { JupiterBroker } from '../../../src/live/broker/jupiter-broker.js'
import type { SwapMarket } from '../../../src/live/broker/swap-market.js'
import type { LiveClock } from '../../../src/live/clock.js'
import { toBase58 } from '../../../src/live/solana/base58.js'
import { transactionReader } from '../../../src/live/solana/transaction/transaction-reader.js'
import type { SwapNotice, SwapParts } from '../../../src/live/swaps/swap-parts.js'
import { SWAP_POLICY, type SwapPolicy } from '../../../src/live/swaps/swap-policy.js'
import { hookedChain, hookedJournal, type Hook } from './faulty-parts.js'
import { limited } from './limited-clock.js'
import { verifyBooks } from './invariants.js'
import { MemoryJournal } from '../memory-journal.js'
import { tokenAddress } from '../world/token-layouts.js'
import { connect, worldClock, type Connected } from '../world/connected.js'
import { startWorld, type World, type WorldOptions } from '../world/world.js'

/** Makes the broker under test: the real one, or one with a defect. */
export type BrokerMaker = (
  ...terms: ConstructorParameters<typeof JupiterBroker>
) => Pick<JupiterBroker, keyof Broker | 'work' | 'recover' | 'haltedBy'>

export interface StageOptions {
  readonly world?: WorldOptions
  readonly policy?: Partial<SwapPolicy>
  readonly make: BrokerMaker
  /** How far the clock of the broker's machine is off. */
  readonly skewMs?: number
  /** How long a request may take by the clock of this machine; short where something hangs. */
  readonly timeoutMs?: number
}

/** Where the process of a broker dies. */
export type CrashPoint =
  `${'before' | 'after'} ${'prepare' | 'sent' | 'fill' | 'end'}` | 'after send'

/** The death of a process. */
export class Crash extends Error {}

const SESSION = 'session'

/** A broker, the world that it trades in, and all that was heard of it. */
export class Stage {
  readonly world: World
  readonly connected: Connected
  readonly journal = new MemoryJournal()
  readonly notices: SwapNotice[] = []
  readonly answers: VenueAnswer[] = []
  readonly orders: Approved<VenueOrder>[] = []
  readonly markets: readonly SwapMarket[]
  /** Where the next process dies; null for nowhere. */
  crashAt: CrashPoint | null = null
  /** Whether the journal cannot be reached at a moment. */
  awayAt: (moment: string) => boolean = () => false
  /** What the signer does, so many times, instead of signing. */
  signerFault: { times: number; readonly kind: 'refuses' | 'is away' } | null = null
  /** What the signer was asked to sign. */
  readonly signed: SignedSwap[] = []
  /** Slots for which nobody works after a crash. */
  downFor = 0
  /** Called with every notice: a scenario mends there what it broke. */
  onNotice: (notice: SwapNotice) => void = () => undefined
  private readonly options: StageOptions
  private readonly clock: LiveClock
  private readonly before: Map<string, bigint>
  private broker: ReturnType<BrokerMaker>

  private constructor(world: World, options: StageOptions) {
    this.world = world
    this.options = options
    this.clock = limited(worldClock(world), options.skewMs)
    this.connected = connect(world, this.clock, options.timeoutMs)
    const { sol, dollar, meme } = world
    const lot = lotOf(1e-9)
    this.markets = [
      { symbol: 'SOL-USDC', base: sol, quote: dollar, lot },
      { symbol: 'MEME-USDC', base: meme, quote: dollar, lot: lotOf(1e-5) },
    ]
    this.before = this.balances()
    this.broker = this.start()
  }

  static async open(options: StageOptions): Promise<Stage> {
    return new Stage(await startWorld(options.world), options)
  }

  async close(): Promise<void> {
    await this.connected.close()
    await this.world.close()
  }

  get haltedBy(): string | null {
    return this.broker.haltedBy
  }

  /** Orders a market order at the price of the pool. */
  order(side: 'buy' | 'sell', size: number, change: Partial<VenueOrder> = {}): string {
    const symbol = change.symbol ?? 'SOL-USDC'
    const reference = change.reference ?? this.priceOf(symbol)
    const order = {
      id: `run-0-${this.orders.length + 1}`,
      market: 0,
      symbol,
      side,
      kind: 'market',
      size,
      spend: side === 'buy' ? size * reference * 1.002 : 0,
      reference,
      price: null,
      reason: 'signal',
      tag: null,
      ...change,
    } as Approved<VenueOrder>
    this.orders.push(order)
    this.broker.submit(order)
    return order.id
  }

  cancel(order: string): void {
    this.broker.cancel(order)
  }

  /** Lets the broker work; where its process dies, another takes over. */
  async work(): Promise<void> {
    try {
      await this.broker.work()
    } catch (error) {
      if (!(error instanceof Crash)) throw error
      await this.restart(this.downFor)
    }
    this.hear()
  }

  /** A process takes over from one that has died, with what its session has heard; slots pass in between. */
  async restart(slots = 0): Promise<void> {
    this.crashAt = null
    this.hear()
    this.world.chain.tick(slots)
    this.broker = this.start()
    await this.broker.recover(this.live())
    this.hear()
    await this.broker.work()
  }

  /** Takes the dollars of the wallet away, as its owner may; the books begin with what is left. */
  drainDollars(): void {
    const { chain, dollar, wallet } = this.world
    const held = this.world.balance(dollar)
    if (held === 0n) return
    chain.svm.addTokens(tokenAddress(dollar.mint, wallet.publicKey.toBase58()), -held)
    this.before.set(dollar.mint, this.before.get(dollar.mint)! - held)
  }

  /** Another process trades with the same wallet and journal, as must never be. */
  rival(symbol?: string): ReturnType<BrokerMaker> {
    return this.start(symbol)
  }

  fillsOf(order: string): readonly VenueFill[] {
    return this.answers.filter(
      (answer): answer is VenueFill => answer.kind === 'fill' && answer.order === order,
    )
  }

  /** States that the session heard of an order, its fills among them. */
  heard(order: string): readonly string[] {
    return this.answers
      .filter(answer => answer.order === order)
      .map(answer => (answer.kind === 'fill' ? 'filled' : answer.state))
  }

  intent(order: string): JournalledIntent {
    return this.journal.all().find(({ intent }) => intent.order === order)!
  }

  asked(key: string): number {
    return this.world.server.asked.filter(asked => asked.key.endsWith(key)).length
  }

  /** What must hold after everything. */
  verify(): void {
    verifyBooks({
      journal: this.journal.all(),
      landed: [...this.world.chain.landed.values()],
      before: this.before,
      after: this.balances(),
      markets: this.markets,
      fillsOf: order => this.fillsOf(order),
      isHalted: this.haltedBy !== null,
    })
  }

  private balances(): Map<string, bigint> {
    const { sol, dollar, meme } = this.world
    return new Map([sol, dollar, meme].map(token => [token.mint, this.world.balance(token)]))
  }

  private priceOf(symbol: string): number {
    const { base, quote } = this.markets.find(market => market.symbol === symbol)!
    const pool = symbol === 'SOL-USDC' ? this.world.pool : this.world.memePool
    const units = (token: typeof base): number =>
      Number(pool.reserves.get(token.mint)!) / 10 ** token.decimals
    return units(quote) / units(base)
  }

  private hear(): void {
    this.answers.push(...this.broker.answers())
  }

  private live(): { order: Approved<VenueOrder>; filled: number }[] {
    const ended = new Set(['filled', 'refused', 'cancelled', 'expired'])
    return this.orders
      .filter(({ id }) => !this.heard(id).some(state => ended.has(state)))
      .map(order => ({ order, filled: 0 }))
  }

  /** @param symbol another name of the first market */
  private start(symbol?: string): ReturnType<BrokerMaker> {
    const { world } = this
    const parts: SwapParts = {
      chain: hookedChain(this.connected.chain, this.hook),
      venue: this.connected.venue,
      prices: this.connected.prices,
      signer: this.signer(),
      journal: hookedJournal(this.journal, this.hook),
      clock: this.clock,
      policy: { ...SWAP_POLICY, ...this.options.policy },
      tokens: new Map([world.sol, world.dollar, world.meme].map(token => [token.mint, token])),
      read: transactionReader(this.connected.chain),
      notice: notice => {
        this.notices.push(notice)
        this.onNotice(notice)
      },
    }
    const [first, ...others] = this.markets
    const markets = symbol === undefined ? this.markets : [{ ...first!, symbol }, ...others]
    return this.options.make(SESSION, markets, parts)
  }

  /** Signs whatever it is given, in this process: the real signer is a program of its own. */
  private signer(): Signer {
    const { wallet } = this.world
    return {
      address: wallet.publicKey.toBase58(),
      sign: (bytes, swap) => {
        this.signed.push(swap)
        const fault = this.signerFault
        if (fault !== null && fault.times > 0) {
          fault.times -= 1
          if (fault.kind === 'is away') return Promise.reject(new Error('no answer'))
          return Promise.resolve({ kind: 'refused', reason: 'the cap of the day is reached' })
        }
        const transaction = VersionedTransaction.deserialize(bytes)
        transaction.sign([wallet])
        const signature = toBase58(transaction.signatures[0]!)
        return Promise.resolve({ kind: 'signed', transaction: transaction.serialize(), signature })
      },
    }
  }

  private readonly hook: Hook = moment => {
    if (this.crashAt === moment) throw new Crash(moment)
    if (!this.awayAt(moment)) return
    const hint = 'start the server'
    throw new AppError('DATABASE_AWAY', 'cannot use the database: it is away', { hint })
  }
}

/** Plays a scenario, and checks what must hold after any. */
export async function playScenario(
  { options, run }: { options?: Omit<StageOptions, 'make'>; run: (stage: Stage) => Promise<void> },
  make: BrokerMaker,
): Promise<void> {
  const stage = await Stage.open({ ...options, make })
  try {
    await run(stage)
    stage.verify()
  } finally {
    await stage.close()
  }
}
