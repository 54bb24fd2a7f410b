import { join, resolve } from 'node:path'

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

/** @param env the process's environment: ASSAY_HOME (default `.assay`), DATABASE_URL, REDIS_URL */
export function findHome(env: Readonly<Record<string, string | undefined>>): Home {
  const folder = resolve(env['ASSAY_HOME'] || '.assay')
  return {
    folder,
    reports: join(folder, 'reports'),
    cache: join(folder, 'cache'),
    databaseUrl: env['DATABASE_URL'] || null,
    redisUrl: env['REDIS_URL'] || null,
  }
}
