import { statfsSync } from 'node:fs'
import { AppError } from '../../core/errors.js'
import type { Session } from '../postgres/session.js'

/** What the database needs to undo, to close and to start again: a segment of its log, and some files. */
const RESERVE_BYTES = 24 * 2 ** 20
/** Rows lie in a table, in its index, and both once more in the log. */
const COPIES = 4

/**
 * Refuses rows for which the disk has no room while there is room left to undo: a database that has
 * used up its disk cannot even start.
 * @throws AppError DISK
 */
export function requireSpace(folder: string, bytes: number): void {
  const free = freeBytes(folder)
  if (free >= RESERVE_BYTES + COPIES * bytes) return
  const freeMb = Math.floor(free / 1e6)
  throw new AppError(
    'DISK',
    `the disk of the database in "${folder}" is nearly full: ${freeMb} MB are free`,
    { hint: 'free some space and repeat the command; nothing of it was stored', data: { freeMb } },
  )
}

/**
 * Cuts off the ends of tables that undone rows have left, and the log that was written of them. An
 * index does not shrink by itself: it is made anew where the disk has room for both.
 */
export async function giveBackSpace(session: Session, folder: string): Promise<void> {
  try {
    await session.execute('vacuum')
    await session.execute('checkpoint')
    const [row] = await session.query(`select pg_indexes_size('candles') as bytes`)
    if (freeBytes(folder) < RESERVE_BYTES + 2 * Number(row?.['bytes'])) return
    await session.execute('reindex table candles')
    await session.execute('checkpoint')
  } catch {
    // What could not be given back is in the way of nothing but other rows.
  }
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
