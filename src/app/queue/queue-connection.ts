import { AppError } from '../../core/errors.js'
import type { Home } from '../workspace/home.js'

/** Keys of Assay in Redis begin with this; so do those of its queue. */
export const KEY_PREFIX = 'assay'
/** The one queue of all sweeps. */
export const CHUNK_QUEUE = 'chunks'

/** The addresses that all machines of a sweep share. @throws AppError USAGE where one is not set */
export function sharedServers(
  { redisUrl, databaseUrl }: Home,
  who: string,
): { redisUrl: string; databaseUrl: string } {
  if (redisUrl === null) throw missing('REDIS_URL', who, 'redis://host:6379')
  if (databaseUrl === null) throw missing('DATABASE_URL', who, 'postgres://user@host/name')
  return { redisUrl, databaseUrl }
}

function missing(name: string, who: string, example: string): AppError {
  return new AppError('USAGE', `${name} is not set, and ${who} needs it`, {
    hint: `name the server that all machines share: ${name}=${example} (docs/distributed.md)`,
  })
}
