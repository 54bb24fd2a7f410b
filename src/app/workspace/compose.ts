import type { PolledPriceRepository } from '../../core/ports/market/polled-prices.js'
import type { QuoteRepository } from '../../core/ports/market/quotes.js'
import type { FetchRepository } from '../../core/ports/market/fetches.js'
import type { SymbolMap } from '../../data/sources/symbols/symbol-map.js'
import type { EventRepository } from '../../core/ports/research/events.js'
import type { TrialLedger } from '../../core/ports/research/ledger.js'
import type { PositionRepository } from '../../core/ports/research/positions.js'
import type { RunRecord, RunRepository, RunSummary } from '../../core/ports/research/runs.js'
import type { AnswerRepository } from '../../core/ports/server/answers.js'
import type { AuditLog } from '../../core/ports/trading/audit.js'
import type { ChannelStates } from '../../core/ports/trading/channels.js'
import type { AlertMarks } from '../../core/ports/server/alerts.js'
import type { Clock } from '../../core/ports/clock.js'
import type { EventFeed } from '../../core/ports/server/event-feed.js'
import type { JobRepository } from '../../core/ports/server/jobs.js'
import type { KeyRepository } from '../../core/ports/server/keys.js'
import type { SwapJournal } from '../../core/ports/trading/journal.js'
import type { ServerRegister } from '../../core/ports/server/servers.js'
import type { PromotionRepository } from '../../core/ports/trading/promotions.js'
import type { StateStore } from '../../core/ports/trading/state.js'
import type { SessionRepository } from '../../core/ports/trading/sessions.js'
import type { SweepRecord, SweepRepository } from '../../core/ports/research/sweeps.js'
import type { WalkForwardRepository } from '../../core/ports/research/walk-forwards.js'
import { join } from 'node:path'
import { createCandleLibrary, type CandleLibrary } from '../../data/candles/candle-library.js'
import { systemClock } from '../../data/sources/clock.js'
import type { Database } from '../../data/store/database.js'
import { createRunOutbox } from '../../data/store/runs/run-outbox.js'
import { setCallLimit } from './call-limit.js'
import { findHome, storeText, type Home } from './home.js'
import { operator } from './operator.js'
import type { Output } from '../output/output.js'
import { RecentRecords } from './recent-records.js'

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What a command works with. The database opens when it is first needed, once. */
export interface Workspace {
  readonly home: Home
  readonly output: Output
  /** The process's environment: addresses and keys of sources. */
  readonly environment: Environment
  readonly candles: CandleLibrary
  readonly clock: Clock
  /** Who works with it, for the record. */
  readonly actor: string
  database(): Promise<Database>
  /** Begins to open the database, which goes on beside other work. */
  prepare(): void
  /**
   * Keeps a finished run: in the database of a server; for the embedded one beside it, until
   * something opens it, because opening takes longer than most runs.
   */
  keepRun(run: RunRecord): Promise<void>
  /** Stored runs, those that were kept beside the database included. */
  runs(): Promise<RunRepository>
  /** The newest runs and sweeps for lists, which wait for nobody. */
  recentRuns(limit: number): Promise<readonly RunSummary[]>
  recentSweeps(limit: number): Promise<readonly SweepRecord[]>
  events(): Promise<EventRepository>
  positions(): Promise<PositionRepository>
  sweeps(): Promise<SweepRepository>
  /** What walk-forwards came to. */
  walkForwards(): Promise<WalkForwardRepository>
  /** What was asked of sources. */
  fetches(): Promise<FetchRepository>
  /** Settings and standings that programs share: in Redis where one is named, else in the database. */
  state(): Promise<StateStore>
  promotions(): Promise<PromotionRepository>
  /** What was asked of the chain, and what came of it. */
  swaps(): Promise<SwapJournal>
  /** What was done to the house, and by whom. */
  audit(): Promise<AuditLog>
  /** Paper and live sessions. */
  sessions(): Promise<SessionRepository>
  /** How channels fare over which sessions tell people. */
  channelStates: () => Promise<ChannelStates>
  /** Events of all sessions in one order. */
  eventFeed(): Promise<EventFeed>
  /** Alerts that somebody has seen. */
  alertMarks(): Promise<AlertMarks>
  /** Keys of the API. */
  keys(): Promise<KeyRepository>
  /** Work that was asked of the API. */
  jobs(): Promise<JobRepository>
  /** Servers of the API that live. */
  servers(): Promise<ServerRegister>
  /** Answers of the API that are given again. */
  answers(): Promise<AnswerRepository>
  /** Recorded quotes. */
  quotes(): Promise<QuoteRepository>
  /** Prices as sources told them. */
  polledPrices(): Promise<PolledPriceRepository>
  /** What symbols are called at their sources. */
  symbols(): Promise<SymbolMap>
  /** Counts what is stored, runs that were kept beside the database included. */
  ledger(): Promise<TrialLedger>
}

/** The only wiring: environment, database, repositories. Closes what `work` opened. */
export async function withWorkspace<T>(
  output: Output,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const home = findHome(process.env)
  setCallLimit(process.env['ASSAY_LOAD_LIMIT'])
  let opened: Promise<Database> | undefined
  let shared: Promise<StateStore> | undefined
  const database = (): Promise<Database> => (opened ??= openLazily(home, output))
  const isEmbedded = home.databaseUrl === null
  const outbox = createRunOutbox(join(home.folder, 'outbox'))
  const recent = new RecentRecords(home, output, outbox)
  const runs = async (): Promise<RunRepository> => {
    const { createRunRepository } = await import('../../data/store/runs/run-repository.js')
    const repository = recent.noting(createRunRepository(await database()))
    if (isEmbedded) await outbox.deliver(repository)
    return repository
  }
  const symbols = async (): Promise<SymbolMap> =>
    (await import('../../data/sources/symbols/symbol-map.js')).readSymbolMap(
      join(home.folder, 'symbols.json'),
    )
  const sweeps = async (): Promise<SweepRepository> => {
    const { createSweepRepository } = await import('../../data/store/sweeps/sweep-repository.js')
    return recent.noting(createSweepRepository(await database()))
  }
  const workspace: Workspace = {
    home,
    output,
    environment: process.env,
    clock: systemClock,
    actor: operator(),
    database,
    prepare: () => void database().catch(() => undefined),
    candles: createCandleLibrary({
      home: home.folder,
      embedded: isEmbedded,
      place: () => storeText(home),
      database,
      defaultSource: async symbol => (await symbols()).find(symbol)?.default,
      onRemark: message => output.log(message),
    }),
    symbols,
    state: () => (shared ??= openState(home, output, database)),
    ...plainRepositories(database, home.folder),
    ...apiRepositories(database),
    keepRun: async run => (isEmbedded ? outbox.put(run) : (await runs()).save(run)),
    runs,
    sweeps,
    recentRuns: async limit => (await recent.runs(limit)) ?? (await runs()).list(limit),
    recentSweeps: async limit => (await recent.sweeps(limit)) ?? (await sweeps()).list(limit),
    ledger: async () => {
      await runs()
      return (await import('../../data/store/sweeps/trial-ledger.js')).createTrialLedger(
        await database(),
      )
    },
  }
  try {
    return await work(workspace)
  } finally {
    await (await shared?.catch(() => undefined))?.close()
    const open = await opened?.catch(() => undefined)
    if (open !== undefined && isEmbedded) await recent.write(open).catch(() => undefined)
    await open?.close()
  }
}

/** What the API keeps. */
function apiRepositories(
  database: () => Promise<Database>,
): Pick<Workspace, 'eventFeed' | 'alertMarks' | 'keys' | 'jobs' | 'servers' | 'answers'> {
  return {
    eventFeed: async () =>
      (await import('../../data/store/api/event-feed.js')).createEventFeed(await database()),
    keys: async () =>
      (await import('../../data/store/api/key-repository.js')).createKeyRepository(
        await database(),
      ),
    jobs: async () =>
      (await import('../../data/store/api/job-repository.js')).createJobRepository(
        await database(),
      ),
    alertMarks: async () =>
      (await import('../../data/store/api/alert-marks.js')).createAlertMarks(await database()),
    servers: async () =>
      (await import('../../data/store/api/server-register.js')).createServerRegister(
        await database(),
      ),
    answers: async () =>
      (await import('../../data/store/api/answer-repository.js')).createAnswerRepository(
        await database(),
      ),
  }
}

/** What is read and written with nothing around it, loaded when it is needed. */
function plainRepositories(
  database: () => Promise<Database>,
  home: string,
): Pick<
  Workspace,
  | 'quotes'
  | 'polledPrices'
  | 'fetches'
  | 'events'
  | 'positions'
  | 'sessions'
  | 'channelStates'
  | 'promotions'
  | 'walkForwards'
  | 'audit'
  | 'swaps'
> {
  return {
    swaps: async () =>
      (await import('../../data/store/journal/swap-journal.js')).createSwapJournal(
        (await database()).within(SESSION_ANSWER_MS),
      ),
    promotions: async () =>
      (await import('../../data/store/sessions/promotion-repository.js')).createPromotionRepository(
        await database(),
      ),
    walkForwards: async () =>
      (
        await import('../../data/store/sweeps/walk-forward-repository.js')
      ).createWalkForwardRepository(await database()),
    audit: async () => {
      const { linkHash } = await import('../../backtest/run/record/event-log.js')
      const { createAuditLog } = await import('../../data/store/sessions/audit-log.js')
      return createAuditLog(await database(), linkHash)
    },
    sessions: async () =>
      (await import('../../data/store/sessions/session-repository.js')).createSessionRepository(
        (await database()).within(SESSION_ANSWER_MS),
      ),
    channelStates: async () =>
      (await import('../../data/store/sessions/channel-states.js')).createChannelStates(
        (await database()).within(SESSION_ANSWER_MS),
      ),
    quotes: async () =>
      (await import('../../data/store/quotes/quote-repository.js')).createQuoteRepository(
        await database(),
      ),
    polledPrices: async () =>
      (
        await import('../../data/store/quotes/polled-price-repository.js')
      ).createPolledPriceRepository(await database()),
    fetches: async () =>
      (await import('../../data/store/candles/fetch-repository.js')).createFetchRepository(
        await database(),
        home,
      ),
    events: async () =>
      (await import('../../data/store/runs/event-repository.js')).createEventRepository(
        await database(),
      ),
    positions: async () =>
      (await import('../../data/store/runs/position-repository.js')).createPositionRepository(
        await database(),
      ),
  }
}

/** A session whose database says nothing for so long waits for it to come back, and says so. */
const SESSION_ANSWER_MS = 10_000
/** A Redis that does not answer must not hold up what can go on without it. */
const STATE_ANSWER_MS = 2000

async function openState(
  { redisUrl }: Home,
  output: Output,
  database: () => Promise<Database>,
): Promise<StateStore> {
  if (redisUrl === null) {
    const { createStateTable } = await import('../../data/store/sessions/state-table.js')
    return createStateTable(await database())
  }
  const { connectRedis, redisPlace } = await import('./redis.js')
  const { createRedisState } = await import('../../live/state/redis-state.js')
  const log = (message: string): void => output.log(message)
  const redis = await connectRedis(redisUrl, log, { answerMs: STATE_ANSWER_MS })
  return createRedisState(redis, redisPlace(redisUrl))
}

async function openLazily(home: Home, output: Output): Promise<Database> {
  const { openDatabase } = await import('../../data/store/database.js')
  return openDatabase({
    url: home.databaseUrl ?? undefined,
    folder: home.folder,
    onWait: message => output.log(message),
  })
}
