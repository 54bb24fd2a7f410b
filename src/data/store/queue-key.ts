import { randomBytes } from 'node:crypto'
import type { Database } from '../postgres/session.js'

/** The key of all that share a database, drawn by the first that asks. In hexadecimal digits. */
export async function readQueueKey(database: Database): Promise<string> {
  const [known] = await database.query('select key from queue_key')
  // Read first: writing would wait for whoever has the row under way.
  if (known !== undefined) return known['key']!
  await database.query('insert into queue_key (key) values ($1) on conflict do nothing', [
    randomBytes(32).toString('hex'),
  ])
  const [row] = await database.query('select key from queue_key')
  return row!['key']!
}
