import type { EventRepository, PositionRepository, RunRepository } from '../core/ports.js'
import { createCandleLibrary, type CandleLibrary } from '../data/candle-library.js'
import type { Database } from '../data/database.js'
import { findHome, type Home } from './home.js'
import type { Output } from './output.js'

/** What a command works with. The database opens when it is first needed, once. */
export interface Workspace {
  readonly home: Home
  readonly output: Output
  readonly candles: CandleLibrary
  database(): Promise<Database>
  /** Begins to open the database, which goes on beside other work. */
  prepare(): void
  runs(): Promise<RunRepository>
  events(): Promise<EventRepository>
  positions(): Promise<PositionRepository>
}

/** The only wiring: environment, database, repositories. Closes what `work` opened. */
export async function withWorkspace<T>(
  output: Output,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const home = findHome(process.env)
  let opened: Promise<Database> | undefined
  const database = (): Promise<Database> => (opened ??= openLazily(home, output))
  const workspace: Workspace = {
    home,
    output,
    database,
    prepare: () => void database().catch(() => undefined),
    candles: createCandleLibrary({
      home: home.folder,
      embedded: home.databaseUrl === null,
      database,
    }),
    runs: async () =>
      (await import('../data/run-repository.js')).createRunRepository(await database()),
    events: async () =>
      (await import('../data/event-repository.js')).createEventRepository(await database()),
    positions: async () =>
      (await import('../data/position-repository.js')).createPositionRepository(await database()),
  }
  try {
    return await work(workspace)
  } finally {
    const open = await opened?.catch(() => undefined)
    await open?.close()
  }
}

async function openLazily(home: Home, output: Output): Promise<Database> {
  const { openDatabase } = await import('../data/database.js')
  return openDatabase({
    url: home.databaseUrl ?? undefined,
    folder: home.folder,
    onWait: message => output.log(message),
  })
}
