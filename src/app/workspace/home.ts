import { lstatSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Where Assay keeps what it makes, and which database it uses. Read from the environment once. */
export interface Home {
  readonly folder: string
  /** Named by ASSAY_HOME, found here or above, or where it would be made. */
  readonly origin: 'named' | 'found' | 'new'
  readonly reports: string
  readonly cache: string
  /** A PostgreSQL server, or null for the embedded database in the home folder. */
  readonly databaseUrl: string | null
  /** The Redis that sweeps on several machines share; null where none is named. */
  readonly redisUrl: string | null
}

/**
 * The home in `ASSAY_HOME`; else the nearest `.assay` in this folder or one above it, as a git
 * repository is found; else `.assay` in this folder, which is made when it is needed.
 * @param env the process's environment: ASSAY_HOME, DATABASE_URL, REDIS_URL
 * @param from the folder to begin in
 */
export function findHome(
  env: Readonly<Record<string, string | undefined>>,
  from: string = process.cwd(),
): Home {
  const named = env['ASSAY_HOME']
  const found = named ? null : nearestHome(from)
  const folder = named ? resolve(from, named) : (found ?? join(from, DEFAULT))
  return {
    folder,
    origin: named ? 'named' : found === null ? 'new' : 'found',
    reports: join(folder, 'reports'),
    cache: join(folder, 'cache'),
    databaseUrl: env['DATABASE_URL'] || null,
    redisUrl: env['REDIS_URL'] || null,
  }
}

/** Where a command looked for what is stored, how it came there, and what would change it: a sentence. */
export function storeText({ folder, origin, databaseUrl }: Home): string {
  if (databaseUrl !== null)
    return `looked in the database ${addressOf(databaseUrl)}, which DATABASE_URL names; unset it for the embedded one of the home`
  switch (origin) {
    case 'named':
      return `looked in the home "${folder}", which ASSAY_HOME names; name another, or unset it for the nearest .assay from this folder up`
    case 'found':
      return `looked in the home "${folder}", the nearest .assay from this folder up; ASSAY_HOME names another`
    case 'new':
      return `looked for a home in this folder and above, and found none; go to the folder of your project, or name its home by ASSAY_HOME`
  }
}

/** The server and database of an address, without its login. */
function addressOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `"${host}${pathname}"`
}

const DEFAULT = '.assay'

function nearestHome(from: string): string | null {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const home = join(folder, DEFAULT)
    if (isOwnFolder(home)) return home
    if (folder === dirname(folder)) return null
  }
}

/** Whether it is a folder of this user, or a link to one: in somebody else's, that one could say what runs. */
function isOwnFolder(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined || statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return false
  }
  const user = process.getuid?.()
  return user === undefined || found.uid === user
}
