import type { StateChange, StateStore } from '../../../core/ports/trading/state.js'
import type { Database, Session } from '../../postgres/session.js'

/** A text stands until it is written over, a lease until its time. */
const STANDS = '(expires_at is null or expires_at > now())'

/** Shared texts in a table of the database: what stands in for Redis where there is none. */
export function createStateTable(database: Database): StateStore {
  return {
    name: database.kind === 'postgres' ? 'the database' : 'the embedded database',
    read: async key => {
      const [row] = await database.query(
        `select value from live_state where key = $1 and ${STANDS}`,
        [key],
      )
      return row?.['value'] ?? null
    },
    write: (key, text, expected) => write(database, key, text, expected),
    writeAll: changes => writeAll(database, changes),
    keys: async prefix =>
      (
        await database.query(
          `select key from live_state where starts_with(key, $1) and ${STANDS} order by key collate "C"`,
          [prefix],
        )
      ).map(row => row['key']!),
    lease: async (key, owner, forMs) =>
      (
        await database.query(
          `insert into live_state (key, value, expires_at)
           values ($1, $2, now() + $3::bigint * interval '1 millisecond')
           on conflict (key) do update
           set value = excluded.value, updated_at = now(), expires_at = excluded.expires_at
           where live_state.value = excluded.value or live_state.expires_at <= now() returning 1`,
          [key, owner, Math.ceil(forMs)],
        )
      ).length === 1,
    release: async (key, owner) => {
      await database.query('delete from live_state where key = $1 and value = $2', [key, owner])
    },
    // The database is closed by whoever opened it.
    close: () => Promise.resolve(),
  }
}

/** Ends a transaction in which one of several texts was another than expected. */
class Unexpected extends Error {}

async function writeAll(database: Database, changes: readonly StateChange[]): Promise<boolean> {
  // In one order for all, so that no two wait for each other.
  const ordered = changes.toSorted((a, b) => (a.key < b.key ? -1 : 1))
  try {
    await database.transaction(async session => {
      for (const { key, text, expected } of ordered) {
        if (!(await write(session, key, text, expected))) throw new Unexpected()
      }
    })
    return true
  } catch (error) {
    if (error instanceof Unexpected) return false
    throw error
  }
}

async function write(
  database: Pick<Session, 'query'>,
  key: string,
  text: string,
  expected: string | null | undefined,
): Promise<boolean> {
  const written = await database.query(
    statementFor(expected),
    expected === undefined || expected === null ? [key, text] : [key, text, expected],
  )
  return written.length === 1
}

function statementFor(expected: string | null | undefined): string {
  const set = 'set value = $2, updated_at = now(), expires_at = null'
  if (typeof expected === 'string') {
    return `update live_state ${set} where key = $1 and value = $3 and ${STANDS} returning 1`
  }
  const anyway = expected === undefined ? '' : 'where live_state.expires_at <= now()'
  return `insert into live_state (key, value) values ($1, $2)
          on conflict (key) do update ${set} ${anyway} returning 1`
}
