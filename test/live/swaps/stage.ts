import { VersionedTransaction } from '@solana/web3.js'
import { expect } from 'vitest'
import { lotOf } from '../../../src/core/account/market.js'
import type { JournalledIntent, SwapJournal } from '../../../src/core/ports/journal.js'
import type { Signer } from '../../../src/core/ports/signer.js'
import type { Approved } from '../../../src/core/risk/guard.js'
import type { Broker, VenueAnswer, VenueFill } from '../../../src/core/trading/venue/broker.js'
import type { VenueOrder } from '../../../src/core/trading/venue/venue-order.js'
import type { JupiterBroker } from '../../../src/live/broker/jupiter-broker.js'
import type { SwapMarket } from '../../../src/live/broker/swap-market.js'
import type { LiveClock } from '../../../src/live/clock.js'
import { toBase58 } from '../../../src/live/solana/base58.js'
import type { Chain } from '../../../src/live/solana/chain.js'
import { SOL_MINT } from '../../../src/live/solana/programs.js'
import { transactionReader } from '../../../src/live/solana/transaction-reader.js'
import type { SwapNotice, SwapParts } from '../../../src/live/swaps/swap-parts.js'
import { SWAP_POLICY, type SwapPolicy } from '../../../src/live/swaps/swap-policy.js'
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
  /** How long a request may take by the clock of this machine; short where something hangs. */
  readonly timeoutMs?: number
}

/** Where the process of a broker dies. */
export type CrashPoint =
  | 'before prepare'
  | 'after prepare'
  | 'after send'
  | 'after sent'
  | 'before fill'
  | 'after fill'
  | 'before end'
  | 'after end'

/** The death of a process. */
export class Crash extends Error {}

const SLEEPS_MAX = 4000
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
    this.clock = limited(worldClock(world))
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

  /** What must hold after everything: no order twice, none lost, the journal is what the chain says. */
  verify(): void {
    const all = this.journal.all()
    const landed = [...this.world.chain.landed.values()]
    const signatures = (found: readonly { signature: string }[]): string[] =>
      found.map(({ signature }) => signature).sort((a, b) => (a < b ? -1 : 1))
    const fills = all.flatMap(intent => intent.fills)
    const good = landed.filter(({ error }) => error === null)
    expect(signatures(fills), 'fills are what landed').toEqual(signatures(good))
    for (const { intent, attempts, fills: booked, state } of all) {
      expect(state, `${intent.order} has ended`).not.toBe('open')
      expect(booked.length, `${intent.order} filled once at most`).toBeLessThanOrEqual(1)
      const open = attempts.filter(attempt => /prepared|sent/.test(attempt.state))
      expect(open, `${intent.order} has nothing open`).toEqual([])
      const heard = this.fillsOf(intent.order).length
      if (this.haltedBy === null) expect(heard, 'the session heard of it').toBe(booked.length)
    }
    this.verifyBalances(all)
    this.verifyAnswers(all)
  }

  private verifyBalances(all: readonly JournalledIntent[]): void {
    const change = new Map([...this.before.keys()].map(mint => [mint, 0n]))
    const add = (mint: string, units: bigint): unknown =>
      change.set(mint, change.get(mint)! + units)
    for (const { intent, fills, attempts } of all) {
      for (const { given, taken, fee, rent } of fills) {
        add(intent.givesMint, 0n - given)
        add(intent.takesMint, taken)
        add(SOL_MINT, 0n - fee - rent)
      }
      for (const { burnt } of attempts) add(SOL_MINT, 0n - burnt)
    }
    for (const [mint, units] of this.balances()) {
      expect(units - this.before.get(mint)!, `the journal is the chain for ${mint}`).toBe(
        change.get(mint),
      )
    }
  }

  /** What the session heard is what the journal holds, in tokens. */
  private verifyAnswers(all: readonly JournalledIntent[]): void {
    for (const { intent, fills } of all) {
      const [told] = this.fillsOf(intent.order)
      const [booked] = fills
      if (told === undefined || booked === undefined) continue
      const { base } = this.markets.find(({ symbol }) => symbol === intent.symbol)!
      const units = intent.side === 'buy' ? booked.taken : booked.given
      expect(told.size).toBeCloseTo(Number(units) / 10 ** base.decimals, 9)
      expect(told.txCost, 'a transaction costs something').toBeGreaterThan(0)
    }
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

  private start(): ReturnType<BrokerMaker> {
    const { world } = this
    const parts: SwapParts = {
      chain: this.crashingChain(this.connected.chain),
      venue: this.connected.venue,
      prices: this.connected.prices,
      signer: testSigner(world),
      journal: this.crashingJournal(),
      clock: this.clock,
      policy: { ...SWAP_POLICY, ...this.options.policy },
      tokens: new Map([world.sol, world.dollar, world.meme].map(token => [token.mint, token])),
      read: transactionReader(this.connected.chain),
      notice: notice => {
        this.notices.push(notice)
        this.onNotice(notice)
      },
    }
    return this.options.make(SESSION, this.markets, parts)
  }

  private die(at: CrashPoint): void {
    if (this.crashAt === at) throw new Crash(at)
  }

  private crashingChain(chain: Chain): Chain {
    return {
      ...chain,
      send: async bytes => {
        const replies = await chain.send(bytes)
        this.die('after send')
        return replies
      },
    }
  }

  private crashingJournal(): SwapJournal {
    const { journal } = this
    const around = async <T>(
      name: 'prepare' | 'fill' | 'end',
      work: () => Promise<T>,
    ): Promise<T> => {
      this.die(`before ${name}`)
      const value = await work()
      this.die(`after ${name}`)
      return value
    }
    return {
      open: intent => journal.open(intent),
      prepare: attempt => around('prepare', () => journal.prepare(attempt)),
      move: async (key, from, to, reason) => {
        const isMoved = await journal.move(key, from, to, reason ?? null)
        if (to === 'sent') this.die('after sent')
        return isMoved
      },
      fail: (key, reason, burnt) => journal.fail(key, reason, burnt),
      fill: fill => around('fill', () => journal.fill(fill)),
      end: (order, state, reason) => around('end', () => journal.end(order, state, reason)),
      unfinished: session => journal.unfinished(session),
      provisional: session => journal.provisional(session),
      find: order => journal.find(order),
    }
  }
}

/** Signs whatever it is given, in this process: the real signer is a program of its own. */
function testSigner({ wallet }: World): Signer {
  return {
    address: wallet.publicKey.toBase58(),
    sign: bytes => {
      const transaction = VersionedTransaction.deserialize(bytes)
      transaction.sign([wallet])
      const signature = toBase58(transaction.signatures[0]!)
      return Promise.resolve({ kind: 'signed', transaction: transaction.serialize(), signature })
    },
  }
}

/** A clock that runs out, so that what never ends fails. */
function limited(clock: LiveClock): LiveClock {
  let sleeps = 0
  return {
    ...clock,
    sleep: ms => {
      sleeps += 1
      if (sleeps > SLEEPS_MAX) return Promise.reject(new Error('it never comes to an end'))
      return clock.sleep(ms)
    },
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
