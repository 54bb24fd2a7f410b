import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRunRequest } from '../../src/app/backtest/input/run-input.js'
import { describeRun } from '../../src/backtest/run/record/manifest.js'
import { live, type LiveAnswer } from '../../src/app/live/live.js'
import type { LiveOptions } from '../../src/app/live/live-options.js'
import { withWorkspace, type Workspace } from '../../src/app/workspace/compose.js'
import { candlesFrom, type Candles } from '../../src/core/candles/candles.js'
import type { RunOptions } from '../../src/app/backtest/input/run-options.js'
import { dataHash } from '../../src/data/cache/data-hash.js'
import { createWallet } from '../../src/app/wallet/wallet-files.js'
import { limitsFile } from '../../src/live/wallet/signing-limits.js'
import { BINANCE } from '../data/sources/venue-shapes.js'
import { StandIn, trueSeries, type TrueCandle } from '../data/sources/stand-in.js'
import { startRedis, type RedisServer } from '../distributed/redis-server.js'
import { startPostgres, type PostgresServer } from '../postgres-server.js'
import { Outstanding } from './outstanding.js'
import { RequestsUnderWay } from './requests-under-way.js'
import { VirtualClock } from './virtual-clock.js'
import { startWorld, type World } from './world/world.js'
import { QUIET } from '../quiet-output.js'

const MINUTE = 60_000
const SYMBOL = 'SOL-USDC'
/** How long an answer may take to lead to the next question, by the machine's own time. */
const BUSY_MS = 8

export interface HouseOptions {
  readonly start: number
  /** Candles before the start, and after it. */
  readonly before: number
  readonly after: number
  readonly seed?: number
  /** What a run is asked for beside its symbol and timeframe. */
  readonly run: RunOptions
}

/** What is promoted; what is left out is that of the house. */
interface PromotedRun {
  readonly symbol?: string
  readonly strategy?: string
  readonly run?: RunOptions
}

/** A second market; its candles and its pool have the prices of the first. */
export const OTHER_SYMBOL = 'MEME-USDC'

/**
 * All that live trading needs, on this machine: a simulated Jupiter and chain, candles of an exchange
 * whose prices the pool follows, PostgreSQL, Redis, a wallet. One clock for all of them.
 */
export class LiveHouse {
  readonly world: World
  readonly venue: StandIn
  readonly clock: VirtualClock
  readonly lines: string[] = []
  /** Told each line of a session as it comes. */
  onLine: (line: string) => void = () => undefined
  readonly options: HouseOptions
  private readonly folder: string
  private readonly postgres: PostgresServer
  readonly redis: RedisServer
  private readonly outstanding = new Outstanding()
  private readonly requests = new RequestsUnderWay()
  private readonly before = new Map<string, string | undefined>()
  private readonly series: readonly TrueCandle[]

  private constructor(parts: {
    world: World
    venue: StandIn
    postgres: PostgresServer
    redis: RedisServer
    series: readonly TrueCandle[]
    options: HouseOptions
  }) {
    const { world, venue, postgres, redis, series, options } = parts
    this.world = world
    this.venue = venue
    this.postgres = postgres
    this.redis = redis
    this.series = series
    this.options = options
    this.folder = mkdtempSync(join(tmpdir(), 'assay-live-'))
    chmodSync(this.folder, 0o700)
    this.clock = new VirtualClock(options.start + 1000, now => this.pass(now))
    this.clock.isBusy = this.answering()
    this.set('ASSAY_HOME', join(this.folder, 'home'))
    this.set('DATABASE_URL', postgres.url)
    this.set('REDIS_URL', redis.url)
  }

  static async open(options: HouseOptions): Promise<LiveHouse> {
    const { start, before, after, seed = 7 } = options
    const series = trueSeries({ since: start - before * MINUTE, count: before + after, seed })
    const world = await startWorld({ startTime: start, slotMs: 400, nodes: 2 })
    const venue = await new StandIn(BINANCE, series, start).start()
    const [postgres, redis] = [await startPostgres(), await startRedis()]
    const house = new LiveHouse({ world, venue, postgres, redis, series, options })
    await house.furnish()
    return house
  }

  async close(): Promise<void> {
    for (const [name, value] of this.before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    this.requests.close()
    await this.venue.stop()
    await this.world.close()
    await this.redis.stop()
    await this.postgres.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  workspace<T>(work: (workspace: Workspace) => Promise<T>): Promise<T> {
    return withWorkspace(QUIET, workspace => work(this.outstanding.ofAll(workspace)))
  }

  /** A promotion to live of a run with the options of this house, or others. @returns its id */
  promote(
    promotionId = 'promotion0000001',
    { symbol = SYMBOL, strategy = 'ma_crossover', run = this.options.run }: PromotedRun = {},
  ): Promise<string> {
    return this.workspace(async workspace => {
      const request = await readRunRequest(
        strategy,
        { ...run, symbol, timeframe: '1m' },
        workspace.home.cache,
      )
      const step = symbol === OTHER_SYMBOL ? 1e-5 : request.market.step
      const market = { ...request.market, step }
      const candles = this.candles()
      const data = { main: { candles, hash: dataHash(candles) }, detail: null }
      const promotions = await workspace.promotions()
      await promotions.save({
        promotionId,
        runId: 'run0000000000001',
        target: 'live',
        symbol,
        verdict: 'promoted',
        createdAt: this.options.start,
        manifest: describeRun({ ...request, market }, data, candles, null),
        gates: [],
        overrideReason: null,
        revokedAt: null,
        revokedReason: null,
      })
      return promotionId
    })
  }

  /** A live session until a time; it is interrupted then, and can be gone on with. */
  async trade(
    options: Partial<LiveOptions>,
    until: number,
    signal: AbortSignal | null = null,
    whenStarted: () => void = () => undefined,
  ): Promise<LiveAnswer> {
    const stop = new AbortController()
    signal?.addEventListener('abort', () => stop.abort(), { once: true })
    let isTrading = false
    const waiting = (async () => {
      while (this.clock.now() < until && !stop.signal.aborted) {
        // What begins takes time of the machine, which is not to take all the time there is.
        await this.clock.sleep(isTrading ? until - this.clock.now() : 1000, stop.signal)
      }
      stop.abort()
    })()
    whenStarted()
    try {
      return await this.workspace(workspace =>
        live(
          workspace,
          {
            wallet: join(this.folder, 'wallet.json'),
            passphraseFile: join(this.folder, 'passphrase'),
            rpc: this.world.rpcUrls.join(','),
            jupiterUrl: this.world.jupiterUrl,
            jupiterRate: 999,
            feed: 'binance',
            sourceUrl: this.venue.address,
            rate: 0,
            iUnderstandThisTradesRealMoney: true,
            ...options,
          },
          {
            signal: stop.signal,
            clock: this.clock,
            commandPollMs: 10_000,
            settingsPollMs: 10_000,
            onLine: line => {
              this.lines.push(line)
              isTrading ||= line.startsWith('session ')
              this.onLine(line)
            },
          },
        ),
      )
    } finally {
      stop.abort()
      await waiting
    }
  }

  /** The database is down for a while. */
  async databaseAway(from: number, until: number): Promise<void> {
    while (this.clock.now() < from) await this.clock.sleep(1000)
    await this.postgres.end()
    while (this.clock.now() < until) await this.clock.sleep(1000)
    await this.postgres.start()
  }

  /** What the wallet holds, for people. */
  holdings(): string {
    const { world } = this
    const amount = (token: World['sol']): string =>
      `${Number(world.balance(token)) / 10 ** token.decimals} ${token.symbol}`
    return `${amount(world.sol)}, ${amount(world.dollar)}`
  }

  /** Writes the candles before the start to a file. @returns its path */
  writeCandles(): string {
    const path = join(this.folder, 'candles.csv')
    const rows = this.series
      .slice(0, this.options.before)
      .map(({ time, open, high, low, close, volume }) =>
        [new Date(time).toISOString(), open, high, low, close, volume].join(','),
      )
    writeFileSync(path, ['time,open,high,low,close,volume', ...rows, ''].join('\n'))
    return path
  }

  /** The candles before the start. */
  private candles(): Candles {
    return candlesFrom(
      MINUTE,
      this.series.slice(0, this.options.before).map(one => ({
        time: one.time,
        open: Number(one.open),
        high: Number(one.high),
        low: Number(one.low),
        close: Number(one.close),
        volume: Number(one.volume),
      })),
    )
  }

  /** Time passes for the exchange, the chain, and the price of the pool. */
  private pass(now: number): void {
    const { world, venue } = this
    venue.now = now
    const slots = Math.floor((now - world.chain.time) / world.chain.slotMs)
    if (slots > 0) world.chain.tick(slots)
    const at = Math.floor((now - this.series[0]!.time) / MINUTE)
    const candle = this.series[Math.min(at, this.series.length - 1)]
    if (candle !== undefined) this.price(Number(candle.open))
  }

  /** Whether an answer is awaited, or a server was asked a moment ago: what is asked next hangs on its answer. */
  private answering(): () => boolean {
    let [asked, since] = [0, -Infinity]
    return () => {
      const now = this.world.server.asked.length + this.venue.requests.length
      if (now !== asked) since = performance.now()
      asked = now
      const isAsking = this.outstanding.isBusy() || this.requests.isBusy()
      return isAsking || performance.now() - since < BUSY_MS
    }
  }

  /** Puts the prices of both pools where the exchange is. */
  private price(dollars: number): void {
    const { pool, memePool, sol, meme, dollar } = this.world
    for (const [one, token] of [
      [pool, sol],
      [memePool, meme],
    ] as const) {
      const base = one.reserves.get(token.mint)!
      const units = base * BigInt(Math.round(dollars * 1e6))
      one.reserves.set(dollar.mint, units / 10n ** BigInt(token.decimals))
    }
  }

  private set(name: string, value: string): void {
    this.before.set(name, process.env[name])
    process.env[name] = value
  }

  private async furnish(): Promise<void> {
    const { world, folder } = this
    const key = join(folder, 'id.json')
    writeFileSync(key, JSON.stringify([...world.wallet.secretKey]), { mode: 0o600 })
    writeFileSync(join(folder, 'passphrase'), 'a long passphrase\n', { mode: 0o600 })
    const path = join(folder, 'wallet.json')
    const { keystore } = await createWallet(
      { path, from: key, passphraseFile: join(folder, 'passphrase') },
      {},
    )
    rmSync(key)
    const most = '1000000000000'
    const caps = { per_trade: most, per_hour: most, per_day: most }
    const limits = {
      version: 1,
      quote_mint: world.dollar.mint,
      worth: caps,
      fees: { per_trade: '1000000', per_hour: '100000000', per_day: '1000000000' },
      tokens: Object.fromEntries(
        [world.sol, world.meme, world.dollar].map(({ mint }) => [mint, { given_per_day: most }]),
      ),
    }
    writeFileSync(limitsFile(keystore), JSON.stringify(limits), { mode: 0o600 })
    world.memePool.reserves.set(world.meme.mint, 50_000n * 10n ** BigInt(world.meme.decimals))
    this.pass(this.options.start)
    await this.workspace(async workspace => {
      const symbols = await workspace.symbols()
      symbols.put(SYMBOL, {
        base: { symbol: 'SOL', mint: world.sol.mint, decimals: 9 },
        quote: { symbol: 'USDC', mint: world.dollar.mint, decimals: 6 },
        sources: { binance: BINANCE.market },
      })
      symbols.put(OTHER_SYMBOL, {
        base: { symbol: 'MEME', mint: world.meme.mint, decimals: 5 },
        quote: { symbol: 'USDC', mint: world.dollar.mint, decimals: 6 },
        sources: { binance: BINANCE.market },
      })
    })
  }
}
