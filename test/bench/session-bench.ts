import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { VersionedTransaction } from '@solana/web3.js'
import { linkHash } from '../../src/backtest/run/record/event-log.js'
import { lotOf } from '../../src/core/account/market.js'
import { candleAt, type Candle, type Candles } from '../../src/core/candles/candles.js'
import type { SessionMarket } from '../../src/core/engine/live/live-market.js'
import { Session } from '../../src/core/engine/session.js'
import type { RunSpec } from '../../src/core/engine/spec.js'
import type { Clock } from '../../src/core/ports/clock.js'
import type { Millis } from '../../src/core/candles/time.js'
import type { NewSession, SessionRepository } from '../../src/core/ports/trading/sessions.js'
import type { Signer } from '../../src/core/ports/trading/signer.js'
import type { Broker } from '../../src/core/trading/venue/broker.js'
import { createSwapJournal } from '../../src/data/store/journal/swap-journal.js'
import { createSessionRepository } from '../../src/data/store/sessions/session-repository.js'
import { openDatabase } from '../../src/data/store/database.js'
import { JupiterBroker } from '../../src/live/broker/jupiter-broker.js'
import { Runner } from '../../src/live/runner/runner.js'
import type { RunnerInput } from '../../src/live/runner/runner-input.js'
import { transactionReader } from '../../src/live/solana/transaction/transaction-reader.js'
import { toBase58 } from '../../src/live/solana/base58.js'
import { SWAP_POLICY } from '../../src/live/swaps/swap-policy.js'
import { maCrossover } from '../../strategies/ma_crossover.js'
import { hookedChain } from '../live/swaps/faulty-parts.js'
import { connect, worldClock } from '../live/world/connected.js'
import { startWorld, type World } from '../live/world/world.js'
import { startPostgres, whyNoPostgres } from '../postgres-server.js'
import { FREE, scripted, specOf } from '../run-spec.js'

const MINUTE = 60_000
const WEEK = 7 * 24 * 60
const SESSION_ID = 'abcdef0123456789'
const SYMBOL = 'SOL-USDC'
/** Orders that are timed; the first ones warm the interpreter and the connections. */
const [ORDERS, WARM] = [220, 20]
/** Symbols of a session that trades many, and minutes of it. */
const [SYMBOLS, MINUTES] = [100, 400]

/** A session as it trades: from the close of a candle to its order on the wire, and its memory over weeks. */
export async function benchSessions(candles: Candles): Promise<Record<string, number>> {
  return {
    ...(await sendLatency()),
    ...(await memoryOverWeeks(candles)),
    ...(await manySymbols(candles)),
  }
}

/**
 * From a candle to the first byte of its swap that is sent, milliseconds: the decision, the commit of
 * the session, quote, transaction, checks, signature, and the commits of the journal. PostgreSQL is
 * real, Jupiter and the nodes answer on this machine; the rate gates do not pause, and the signer is in
 * this process.
 */
async function sendLatency(): Promise<Record<string, number>> {
  const why = whyNoPostgres()
  if (why !== undefined) {
    process.stderr.write(`the latency of a session was left out: ${why}\n`)
    return {}
  }
  const server = await startPostgres()
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'))
  const database = await openDatabase({ url: server.url, folder })
  const world = await startWorld()
  const clock = worldClock(world)
  const connected = connect(world, clock)
  let sentAt = 0
  const chain = hookedChain(connected.chain, moment => {
    if (moment === 'before send' && sentAt === 0) sentAt = performance.now()
  })
  const lot = lotOf(1e-9)
  const broker = new JupiterBroker(
    SESSION_ID,
    [{ symbol: SYMBOL, base: world.sol, quote: world.dollar, lot }],
    {
      chain,
      venue: connected.venue,
      prices: connected.prices,
      signer: signerOf(world),
      journal: createSwapJournal(database),
      clock,
      policy: SWAP_POLICY,
      tokens: new Map([world.sol, world.dollar].map(token => [token.mint, token])),
      read: transactionReader(connected.chain),
      notice: () => undefined,
    },
  )
  const spec = specOf(scripted(Array.from({ length: ORDERS }, (_, i) => (i % 2 === 0 ? 0.5 : 0))), {
    costs: { ...FREE, slippage: 0.003 },
    risk: { positionSize: { kind: 'quote', amount: 500 } },
    market: { symbol: SYMBOL },
    keepOpen: true,
  })
  const store = createSessionRepository(database)
  await store.create(newSession(clock.now()))
  const runner = runnerOf(spec, { store, broker, clock: { ...clock, monotonic: clock.now } })
  const delays: number[] = []
  for (let i = 0; i < ORDERS; i++) {
    const [dollars, coins] = [world.dollar, world.sol].map(one =>
      world.pool.reserves.get(one.mint)!,
    )
    const price = (Number(dollars) / Number(coins)) * 1000
    const time = Date.UTC(2026, 0, 1) + i * MINUTE
    const candle = { time, open: price, high: price, low: price, close: price, volume: 1 }
    sentAt = 0
    const start = performance.now()
    await runner.take([fed(candle, clock.now())])
    await broker.work()
    if (sentAt > 0) delays.push(sentAt - start)
    await runner.take([{ kind: 'beat', at: clock.now() }])
    world.chain.tick(40)
  }
  await connected.close()
  await world.close()
  await database.close()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
  const sorted = delays.slice(WARM).sort((a, b) => a - b)
  return {
    close_to_send_orders: sorted.length,
    close_to_send_ms: sorted[sorted.length >> 1]!,
    close_to_send_p99_ms: sorted[Math.floor(sorted.length * 0.99)]!,
  }
}

/** The heap after each of four weeks of minutes on paper, every candle committed, megabytes. */
async function memoryOverWeeks(candles: Candles): Promise<Record<string, number>> {
  const spec = specOf(maCrossover, {
    params: { fast_ma: 10, slow_ma: 30, min_volume: 0 },
    risk: { stopLoss: 0.02 },
    keepOpen: true,
  })
  const store = { commit: () => Promise.resolve() } as unknown as SessionRepository
  let now = candles.time[0]!
  const clock = { now: () => now, monotonic: () => now, random: () => 0.5, sleep: async () => {} }
  const runner = runnerOf(spec, { store, broker: null, clock })
  const heaps: number[] = []
  for (let i = 0; i < 4 * WEEK; i++) {
    const candle = candleAt(candles, i)
    now = candle.time + candles.timeframeMs
    await runner.take([fed(candle, now)])
    if ((i + 1) % WEEK === 0) heaps.push(heapMb())
  }
  return {
    paper_session_week_1_heap_mb: heaps[0]!,
    paper_session_week_4_heap_mb: heaps[3]!,
    paper_session_heap_growth_mb_a_week: (heaps[3]! - heaps[0]!) / 3,
  }
}

/**
 * A minute of a hundred symbols on one runner, milliseconds: a candle of each, one by one as feeds bring
 * them, the step over all of them, and every commit made to text as it is stored.
 */
async function manySymbols(candles: Candles): Promise<Record<string, number>> {
  const specs = Array.from({ length: SYMBOLS }, (_, m) =>
    specOf(maCrossover, {
      params: { fast_ma: 10, slow_ma: 30, min_volume: 0 },
      risk: { stopLoss: 0.02 },
      market: { symbol: `S${m}-USDC` },
      weight: 1 / SYMBOLS,
      keepOpen: true,
    }),
  )
  let stored = 0
  const commit: SessionRepository['commit'] = (_id, _fence, _now, what) => {
    stored += JSON.stringify(what).length
    return Promise.resolve()
  }
  let now = candles.time[0]!
  const clock = { now: () => now, monotonic: () => now, random: () => 0.5, sleep: async () => {} }
  const store = { commit } as unknown as SessionRepository
  const markets = specs.map(({ legs }) => ({ timeframeMs: MINUTE, legs }))
  const runner = runnerOf(specs[0]!, { store, broker: null, clock }, markets)
  const minutes: number[] = []
  for (let i = 0; i < MINUTES; i++) {
    now = candles.time[i]! + MINUTE
    const start = performance.now()
    for (let m = 0; m < SYMBOLS; m++) {
      const { time: _other, ...prices } = candleAt(candles, i + 100 * m)
      await runner.take([fed({ ...prices, time: candles.time[i]! }, now, m)])
    }
    minutes.push(performance.now() - start)
  }
  const sorted = minutes.slice(WARM).sort((a, b) => a - b)
  return {
    symbols_100_minute_ms: sorted[sorted.length >> 1]!,
    symbols_100_minute_p99_ms: sorted[Math.floor(sorted.length * 0.99)]!,
    symbols_100_minute_stored_kb: stored / MINUTES / 1000,
  }
}

interface Surroundings {
  readonly store: SessionRepository
  readonly broker: Broker | null
  readonly clock: Clock
}

function runnerOf(
  spec: RunSpec,
  { store, broker, clock }: Surroundings,
  markets: readonly SessionMarket[] = [{ timeframeMs: MINUTE, legs: spec.legs }],
): Runner {
  const venue = broker === null ? {} : { venueRun: SESSION_ID }
  return new Runner(
    {
      sessionId: SESSION_ID,
      fence: 1,
      place: { nextEvent: 0, nextInput: 0, link: '' },
      commitEveryMs: 0,
      keepsCandles: true,
      waitMs: Infinity,
      lateMs: Infinity,
      feeds: markets.length,
      isPaused: false,
    },
    {
      session: new Session(spec, markets, venue),
      store,
      clock,
      linkHash,
      broker,
      guarded: work => work(),
      onCommit: () => undefined,
    },
  )
}

/** A candle as a feed brings it. */
function fed({ time, open, high, low, close, volume }: Candle, at: Millis, of = 0): RunnerInput {
  const prices = { open: `${open}`, high: `${high}`, low: `${low}`, close: `${close}` }
  const candle = { time, ...prices, volume: `${volume}` }
  return { kind: 'feed', of, event: { kind: 'candle', candle, isReplayed: false }, at }
}

function newSession(createdAt: Millis): NewSession {
  return {
    sessionId: SESSION_ID,
    mode: 'live',
    createdAt,
    symbols: [SYMBOL],
    timeframe: '1m',
    strategies: ['scripted'],
    feed: 'binance',
    promotionId: null,
    manifest: {},
  }
}

function signerOf({ wallet }: World): Signer {
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

/** What lives after all that does not has been collected. */
function heapMb(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed / 1e6
}
