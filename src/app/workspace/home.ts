import { lstatSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Where Assay keeps what it makes, and which database it uses. Read from the environment once. */
export interface Home {
  readonly folder: string
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
  const folder = named ? resolve(from, named) : (nearestHome(from) ?? join(from, DEFAULT))
  return {
    folder,
    reports: join(folder, 'reports'),
    cache: join(folder, 'cache'),
    databaseUrl: env['DATABASE_URL'] || null,
    redisUrl: env['REDIS_URL'] || null,
  }
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
