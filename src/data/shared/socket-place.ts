import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { removeQuietly, writeWhole } from '../files/draft.js'

/** What PostgreSQL's own programs look for in a folder that is named as the host. */
const NAME = '.s.PGSQL.5432'

/** The system takes no longer path for a socket. */
const PATH_MAX_BYTES = 100

/**
 * The folder of the socket by which a home's database is shared: `socket` in the home, or where that
 * path is too long, a short one that the file `place` there names.
 * @param database the folder of the embedded database
 * @returns undefined where there is none that this user has made
 */
export function socketFolder(database: string): string | undefined {
  const own = ownFolder(database)
  try {
    const folder = isShort(own) ? own : readFileSync(placeIn(own), 'utf8').trim()
    const found = lstatSync(folder)
    return found.isDirectory() && found.uid === process.getuid?.() ? folder : undefined
  } catch {
    return undefined
  }
}

/** Makes the folder, for this user alone, and clears away what a holder left that was killed. */
export function makeSocketFolder(database: string): string {
  const own = ownFolder(database)
  mkdirSync(own, { recursive: true, mode: 0o700 })
  chmodSync(own, 0o700)
  clearSocketFolder(database)
  if (isShort(own)) return own
  const folder = mkdtempSync(join(tmpdir(), 'assay-'))
  writeWhole(placeIn(own), [folder])
  return folder
}

/** Removes what a holder has made, but the folder in the home. */
export function clearSocketFolder(database: string): void {
  const own = ownFolder(database)
  const folder = socketFolder(database)
  if (folder === undefined) return
  removeQuietly(socketIn(folder))
  if (folder === own) return
  removeQuietly(placeIn(own))
  rmSync(folder, { recursive: true, force: true })
}

/** The path of the socket in its folder. */
export function socketIn(folder: string): string {
  return join(folder, NAME)
}

/** Whether a process shares the embedded database in a folder. */
export function isShared(database: string): Promise<boolean> {
  const folder = socketFolder(database)
  if (folder === undefined) return Promise.resolve(false)
  return new Promise(done => {
    const socket = connect(socketIn(folder))
    socket.once('connect', () => (socket.destroy(), done(true)))
    socket.once('error', () => done(false))
  })
}

function ownFolder(database: string): string {
  return join(dirname(database), 'socket')
}

function placeIn(own: string): string {
  return join(own, 'place')
}

function isShort(folder: string): boolean {
  return Buffer.byteLength(socketIn(folder)) <= PATH_MAX_BYTES
}
