import type { EventRecord } from '../../core/ports/research/events.js'
import type { Database, Row } from './session.js'
import { epochMillis } from './sql.js'

const PAGE_ROWS = 10_000

/** A table whose rows have a time, and a number `seq` that grows by one. */
export interface NumberedTable {
  readonly table: string
  /** What is read beside `seq` and `time`. */
  readonly columns: string
  /** Whose rows are meant, and by which id: `run_id` and a run's. All of them where it is left out. */
  readonly owner?: readonly [column: string, id: string]
}

/** Rows from a number on, a page after the other, in the order of their numbers. */
export async function* numberedPages(
  database: Database,
  { table, columns, owner }: NumberedTable,
  since: number,
): AsyncIterable<readonly Row[]> {
  const [owned, ids] = owner === undefined ? ['', []] : [`and ${owner[0]} = $2`, [owner[1]]]
  for (let next = since; ;) {
    const rows = await database.query(
      `select seq, extract(epoch from time) as time, ${columns} from ${table}
       where seq >= $1::bigint ${owned} order by seq limit ${PAGE_ROWS}`,
      [next, ...ids],
    )
    if (rows.length > 0) yield rows
    if (rows.length < PAGE_ROWS) return
    next = Number(rows[rows.length - 1]!['seq']) + 1
  }
}

/** Events from a number on, a page after the other. */
export async function* eventPages(
  database: Database,
  numbered: Omit<NumberedTable, 'columns'>,
  since: number,
): AsyncIterable<readonly EventRecord[]> {
  const columns = 'type, payload, link_hash'
  for await (const rows of numberedPages(database, { ...numbered, columns }, since)) {
    yield rows.map(row => ({
      seq: Number(row['seq']),
      time: epochMillis(row['time']!),
      type: row['type']!,
      payload: JSON.parse(row['payload']!) as unknown,
      linkHash: row['link_hash'] ?? null,
    }))
  }
}
