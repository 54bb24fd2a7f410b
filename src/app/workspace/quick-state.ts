import type { Redis } from 'ioredis'
import type { Workspace } from './compose.js'
import { redisPlace } from './redis.js'
import { AppError } from '../../core/errors.js'
import type { StateStore } from '../../core/ports/trading/state.js'
import { createRedisState } from '../../live/state/redis-state.js'

/**
 * The workspace of a server, whose requests must not wait for a Redis that is away or frozen: shared
 * texts are asked over the connection that waits for nothing.
 */
export function servedBy(workspace: Workspace, redis: Redis | null): Workspace {
  if (redis === null) return workspace
  const state = quickState(redis, redisPlace(workspace.home.redisUrl ?? 'redis://localhost'))
  return { ...workspace, state: () => Promise.resolve(state) }
}

/** Shared texts in Redis, whose silence is told as such. */
function quickState(redis: Redis, place: string): StateStore {
  const state = createRedisState(redis, place)
  const told = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => {
      throw silent(place, error)
    })
  return {
    name: state.name,
    read: key => told(state.read(key)),
    write: (...said) => told(state.write(...said)),
    writeAll: changes => told(state.writeAll(changes)),
    keys: prefix => told(state.keys(prefix)),
    lease: (...said) => told(state.lease(...said)),
    release: (...said) => told(state.release(...said)),
    // The connection is closed by whoever opened it.
    close: () => Promise.resolve(),
  }
}

function silent(place: string, cause: unknown): AppError {
  return new AppError('REDIS_AWAY', `Redis at ${place} does not answer`, {
    hint: 'see that it runs, and ask again; sessions and the kill switch go on without it',
    cause,
  })
}
