import { AppError } from '../../src/core/errors.js'
import { seededRng, type Rng } from '../../src/core/random.js'
import { NO_RISK_LIMITS, type RiskLimits } from '../../src/core/risk/limits.js'
import type { RunSpec } from '../../src/core/engine/spec.js'
import { MemoryJournal } from '../live/memory-journal.js'
import { FREE, specOf } from '../run-spec.js'
import { ChainModel } from './chain-model.js'
import { copied, type Holdings } from './model-ledger.js'
import { SimSource } from './session-feed.js'
import { MINUTE, SessionMarket, STEP_MS } from './session-market.js'
import { restlessStrategy } from './session-strategies.js'
import { drawSessionFaults, withoutSessionFaults, type SessionFaults } from './session-swarm.js'
import { sessionSystem, type SessionSystem } from './session-system.js'
import { verifySession } from './session-verdict.js'
import { WatchedSessions } from './session-watch.js'
import { runLife, SESSION_ID } from './session-life.js'
import { DOLLAR, simulatedMarkets, WALLET, type SimMarket } from './simulated-tokens.js'
import type { SwapToken } from '../../src/live/swaps/swap-parts.js'
import { SimProcess } from './sim-process.js'
import { drawFaults, withoutFaults, type SwapFaults } from './swarm.js'
import { VenueModel } from './venue-model.js'
import { VirtualClock } from './virtual-clock.js'

const START = Date.UTC(2026, 9, 1, 12)
const CAPITAL = 3000
/** How long everything is settled in, once nothing goes wrong any more. */
const SETTLE = 20

const STRATEGIES = ['restless', 'fidgety'].map(restlessStrategy)

/**
 * A whole live session in a world of faults that a seed draws: runner, engine, broker, store and journal
 * as they are, the chain, Jupiter, the source of candles and the machines simulated.
 */
export class SessionSimulation {
  readonly rng: Rng
  readonly faults: SessionFaults
  readonly swapFaults: SwapFaults
  readonly clock: VirtualClock
  readonly markets: readonly SimMarket[]
  /** Its tokens, the quote coin among them. */
  readonly tokens: readonly SwapToken[]
  /** What each market does, in the order of the markets. */
  readonly places: readonly Place[]
  readonly chain: ChainModel
  readonly venue: VenueModel
  readonly journal = new MemoryJournal()
  readonly store: WatchedSessions
  readonly system: SessionSystem
  readonly spec: RunSpec
  readonly quoteMs: number
  /** Stops that somebody has set, in order. */
  readonly edits: StopEdit[] = []
  private readonly before: Holdings
  private readonly processes = new Map<SimProcess, AbortController>()
  private failure: Error | null = null
  private startsAt = 0
  private storeBackAt = 0

  constructor(seed: number, { system = sessionSystem, markets = 1 }: SimulationTerms = {}) {
    this.system = system
    this.markets = simulatedMarkets(markets)
    this.tokens = [...this.markets.map(({ base }) => base), DOLLAR]
    this.rng = seededRng(seed)
    this.faults = drawSessionFaults(this.rng)
    this.swapFaults = drawFaults(this.rng)
    // The death of a process and a store that is away are drawn for the session, whose journal is there too.
    Object.assign(this.swapFaults, { crash: 0, journalAway: 0, cancel: 0 })
    this.clock = new VirtualClock(this.rng, START)
    const start = START - 5 * MINUTE
    this.places = this.markets.map(({ price }) => {
      const prices = new SessionMarket({ start, price }, this.rng, () => this.faults.leap)
      return { prices, source: new SimSource(prices, this.rng, this.faults) }
    })
    const parts = { clock: this.clock, rng: this.rng, faults: this.swapFaults }
    const { tokens } = this
    const prices = new Map([[DOLLAR.mint, 1_000_000n]])
    for (const { base, price } of this.markets) prices.set(base.mint, BigInt(price) * 1_000_000n)
    this.venue = new VenueModel({ ...parts, tokens }, prices)
    const holdings = { lamports: 50n * 10n ** 9n, tokens: new Map([[DOLLAR.mint, 5_000_000_000n]]) }
    this.before = copied(holdings)
    this.chain = new ChainModel(parts, { address: WALLET, holdings }, swap =>
      this.venue.outFor(swap),
    )
    this.venue.chain = this.chain
    this.spec = this.drawSpec()
    // Where clocks jump nobody can tell how old a decision is.
    const now = this.faults.jump > 0 ? null : () => this.clock.now()
    this.store = new WatchedSessions({ limits: this.spec.limits, symbols: this.symbols }, now)
    this.quoteMs = this.rng.next() < 0.5 ? 0 : 15_000
  }

  private get symbols(): readonly string[] {
    return this.markets.map(({ symbol }) => symbol)
  }

  /** @throws where an invariant does not hold */
  async run(): Promise<void> {
    await this.clock.run(this.play())
  }

  /** What happened to the process of a life, at some moment. */
  readonly fate = (process: SimProcess, moment: string): void => {
    const { dies, stands, storeAway } = this.faults
    const drawn = this.rng.next()
    if (drawn < dies) return process.kill()
    if (drawn < dies + stands) return process.stand(10_000 + this.rng.next() * 60_000)
    const isStored = moment.includes('store.') || moment.includes('journal.')
    const isOut = this.clock.now() < this.storeBackAt
    if (!isStored || (!isOut && drawn > dies + stands + storeAway)) return
    throw new AppError('DATABASE_AWAY', 'the database is away', { hint: 'start it' })
  }

  private async play(): Promise<void> {
    await this.store.create({
      sessionId: SESSION_ID,
      mode: 'live',
      createdAt: START - MINUTE,
      symbols: this.symbols,
      timeframe: '1m',
      strategies: this.spec.legs.map(({ strategy }) => strategy.name),
      feed: 'simulated',
      promotionId: null,
      manifest: {},
    })
    const end = START + (10 + this.rng.next() * 20) * MINUTE
    while (this.clock.now() < end) await this.step(true)
    withoutFaults(this.swapFaults)
    withoutSessionFaults(this.faults)
    this.storeBackAt = 0
    for (const process of this.processes.keys()) process.skewMs = 0
    await this.settle()
    for (const stop of this.processes.values()) stop.abort()
    await this.clock.sleep(2 * MINUTE)
    this.raise()
    await verifySession(this, this.before)
  }

  /** Somebody leaves everything: it is left, and nothing stays open. */
  private async settle(): Promise<void> {
    for (let k = 0; k < 6; k++) await this.step(false)
    await this.ask({ name: 'pause' })
    for (let minute = 0; minute < SETTLE; minute++) {
      if (minute % 5 === 0) await this.ask({ name: 'flatten' })
      for (let k = 0; k < 6; k++) await this.step(false)
      if (this.isSettled()) return this.seeClose()
    }
    throw new Error(`the session does not leave: ${JSON.stringify(this.store.standing?.status)}`)
  }

  /** Until a candle has closed since: its close says what the account is worth. */
  private async seeClose(): Promise<void> {
    const now = this.clock.now()
    for (let minute = 0; minute < SETTLE; minute++) {
      if ((this.store.standing?.status.time ?? 0) > now + MINUTE) return
      for (let k = 0; k < 6; k++) await this.step(false)
    }
    throw new Error('no candle closes any more')
  }

  private isSettled(): boolean {
    const status = this.store.standing?.status
    const isOpen = status?.orders.some(({ id }) => id.startsWith(SESSION_ID)) ?? true
    return !isOpen && status?.positions.length === 0
  }

  private async step(isFaulty: boolean): Promise<void> {
    await this.clock.sleep(STEP_MS)
    this.raise()
    for (const [m, { prices }] of this.places.entries()) {
      this.venue.move(this.markets[m]!.base.mint, prices.at(this.clock.now()))
    }
    if (isFaulty) await this.meddle()
    const isAlive = [...this.processes.keys()].some(process => !process.isDead)
    if (!isAlive && this.clock.now() >= this.startsAt) this.start()
  }

  private async meddle(): Promise<void> {
    const { rival, jump, feedAway, storeOut, command, settings } = this.faults
    const happens = (aMinute: number): boolean => this.rng.next() < (aMinute * STEP_MS) / MINUTE
    if (happens(rival) && this.processes.size < 3) this.start()
    const [process] = this.processes.keys()
    if (happens(jump) && process) process.skewMs = (this.rng.next() - 0.5) * 4 * MINUTE
    if (happens(feedAway)) {
      this.drawOne(this.places).source.goAway(this.clock.now() + this.rng.next() * 6 * MINUTE)
    }
    if (happens(storeOut)) this.storeBackAt = this.clock.now() + this.rng.next() * 6 * MINUTE
    if (happens(command)) await this.ask(this.drawCommand())
    if (happens(settings)) {
      const { symbol } = this.drawOne(this.markets)
      this.edits.push({ symbol, stopLoss: this.rng.next() * 0.02 })
    }
  }

  /** One of a list; where it is alone nothing is drawn, so that worlds of one market stay as they were. */
  private drawOne<T>(list: readonly T[]): T {
    return list.length === 1 ? list[0]! : list[Math.floor(this.rng.next() * list.length)]!
  }

  private drawCommand(): object {
    const names = ['pause', 'resume', 'resume', 'flatten', 'reduce', 'dance', 'halt']
    const name = names[Math.floor(this.rng.next() ** 1.5 * names.length)]!
    const command = name === 'reduce' ? { name, share: this.rng.next() } : { name }
    const isOfOne = this.markets.length > 1 && /flatten|reduce/.test(name) && this.rng.next() < 0.5
    return isOfOne ? { ...command, symbol: this.drawOne(this.markets).symbol } : command
  }

  private async ask(command: object): Promise<void> {
    const askedAt = this.clock.now()
    await this.store.ask({ sessionId: SESSION_ID, command, actor: 'ada', askedAt })
  }

  private start(): void {
    const process = new SimProcess(this.clock, this.fate)
    const stop = new AbortController()
    this.processes.set(process, stop)
    const life = runLife(this, process, { signal: stop.signal })
    const over = Promise.race([process.death, life.catch((error: unknown) => this.hear(error))])
    void over.then(() => {
      process.kill()
      this.processes.delete(process)
      this.startsAt = this.clock.now() + this.rng.next() * MINUTE
    })
  }

  /** A process ends by itself where another runs the session, or the store is away. */
  private hear(error: unknown): void {
    const isExpected =
      error instanceof Error &&
      'code' in error &&
      ['SESSION_TAKEN', 'DATABASE_AWAY'].includes(String(error.code))
    // Two processes meet in the journal: one of them finds what the other has written, and ends.
    const isRival = this.processes.size > 1 && /stands in the journal otherwise/.test(String(error))
    if (isExpected || isRival) return
    this.failure ??= error instanceof Error ? error : new Error(String(error))
  }

  private raise(): void {
    if (this.failure !== null) throw this.failure
  }

  private drawSpec(): RunSpec {
    const { rng } = this
    const either = <T>(one: T, other: T): T => (rng.next() < 0.5 ? one : other)
    const limits: RiskLimits = {
      ...NO_RISK_LIMITS,
      maxDrawdown: either(null, 0.05),
      maxExposure: either(null, 0.6),
      maxOpenPositions: either(null, 1),
      maxTradesPerDay: either(null, 6),
    }
    const specs = this.markets.flatMap(({ symbol, base }) =>
      STRATEGIES.slice(0, rng.next() < 0.5 ? 2 : 1).map(strategy =>
        specOf(strategy, {
          costs: { ...FREE, slippage: 0.003 },
          risk: { stopLoss: either(0, 0.01), trailingStop: either(0, 0.015) },
          market: { symbol, step: 10 ** -base.decimals, minNotional: DUST },
          params: { salt: Math.floor(rng.next() * 100_000) },
          keepOpen: true,
          capital: CAPITAL,
          limits,
        }),
      ),
    )
    const legs = specs.flatMap(spec => spec.legs)
    return { ...specs[0]!, legs: legs.map(leg => ({ ...leg, weight: 1 / legs.length })) }
  }
}

/** How many markets the world of a seed has: one to three. */
export function marketsOfSeed(seed: number): number {
  return 3 - (seed % 3)
}

/** Quote currency below which nothing is entered: what few units of a token bring is lost in their rounding. */
const DUST = 0.01

export interface SimulationTerms {
  readonly system?: SessionSystem
  /** How many markets trade; 1 where it is left out. */
  readonly markets?: number
}

/** A stop that somebody has set for all that trades on a market. */
export interface StopEdit {
  readonly symbol: string
  readonly stopLoss: number
}

interface Place {
  readonly prices: SessionMarket
  readonly source: SimSource
}
