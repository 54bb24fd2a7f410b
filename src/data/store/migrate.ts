import { AppError } from '../../core/errors.js'
import type { Database, Session } from '../postgres/session.js'
import { tables } from '../migrations/0001-tables.js'
import { sweeps } from '../migrations/0002-sweeps.js'
import { curveHash } from '../migrations/0003-curve-hash.js'
import { queueKey } from '../migrations/0004-queue-key.js'
import { runPositions } from '../migrations/0005-run-positions.js'
import { sources } from '../migrations/0006-sources.js'
import { quotes } from '../migrations/0007-quotes.js'
import { sessions } from '../migrations/0008-sessions.js'
import { swapJournal } from '../migrations/0009-swap-journal.js'
import { feedSwitches } from '../migrations/0010-feed-switches.js'
import { leases } from '../migrations/0011-leases.js'
import { api } from '../migrations/0012-api.js'
import { servers } from '../migrations/0013-servers.js'
import { polledPrices } from '../migrations/0014-polled-prices.js'
import { walkForwards } from '../migrations/0015-walk-forwards.js'
import { fillPositions } from './runs/fill-positions.js'

/** A script, or what no script can do. */
type Migration = string | ((session: Session) => Promise<void>)

/** In order; the version of a database is the number of migrations it has seen. */
const MIGRATIONS: readonly Migration[] = [
  tables,
  sweeps,
  curveHash,
  queueKey,
  runPositions,
  fillPositions,
  sources,
  quotes,
  sessions,
  swapJournal,
  feedSwitches,
  leases,
  api,
  servers,
  polledPrices,
  walkForwards,
]

/** Any number, as long as every Assay uses the same one. */
const LOCK = 7_104_925

/**
 * Brings the tables up to date, forward only, all steps in one transaction.
 * @throws AppError DATABASE_VERSION for a database that a newer Assay has written
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  if ((await versionOf(database)) === migrations.length) return
  await database.transaction(async session => {
    await session.query(`select pg_advisory_xact_lock(${LOCK})`)
    const version = await versionOf(session)
    if (version > migrations.length) throw newerDatabase(version, migrations.length)
    if (version === 0) {
      await session.execute('create table if not exists schema_version (version integer not null)')
      await session.execute('insert into schema_version values (0)')
    }
    for (const step of migrations.slice(version)) {
      await (typeof step === 'string' ? session.execute(step) : step(session))
    }
    await session.execute(`update schema_version set version = ${migrations.length}`)
  })
}

/**
 * Asks that the tables are of this Assay, for they may not be changed.
 * @throws AppError DATABASE_VERSION
 */
export async function requireVersion(database: Database): Promise<void> {
  const version = await versionOf(database)
  if (version > MIGRATIONS.length) throw newerDatabase(version, MIGRATIONS.length)
  if (version === MIGRATIONS.length) return
  throw new AppError(
    'DATABASE_VERSION',
    `the database is held by an older Assay, whose table version is ${version}; this one's is ${MIGRATIONS.length}`,
    {
      hint: 'end the program that holds it (assay serve, assay paper) and start it again with this Assay',
      data: { found: version, known: MIGRATIONS.length },
    },
  )
}

async function versionOf(session: Session): Promise<number> {
  // Not to_regclass: after a wait for the lock it may still answer from a cache, "no such table".
  const tables = await session.query(
    `select 1 from pg_catalog.pg_tables
     where tablename = 'schema_version' and schemaname = any(current_schemas(false))`,
  )
  if (tables.length === 0) return 0
  const [stored] = await session.query('select version from schema_version')
  return Number(stored?.['version'] ?? 0)
}

function newerDatabase(found: number, known: number): AppError {
  return new AppError(
    'DATABASE_VERSION',
    `the database has table version ${found}; this Assay knows versions up to ${known}`,
    {
      hint: 'use the newer Assay that wrote it, or another ASSAY_HOME or DATABASE_URL',
      data: { found, known },
    },
  )
}
