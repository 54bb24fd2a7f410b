import type { Redis } from 'ioredis'
import { KEY_PREFIX } from './queue-connection.js'

const WORKERS = `${KEY_PREFIX}:workers`
/** A worker says this often that it is there, and is gone when it has not for so long. */
export const PRESENCE_MS = 2_000
const GONE_MS = 8_000

/** A worker that is there, and how many chunks it works on at once. */
export interface LiveWorker {
  readonly id: string
  readonly threads: number
}

/** Says that a worker is there. The time is that of Redis, so that machines need no common clock. */
export async function announce(redis: Redis, { id, threads }: LiveWorker): Promise<void> {
  await redis.zadd(WORKERS, await timeOf(redis), `${threads}/${id}`)
}

/** Says that a worker has left. */
export async function leave(redis: Redis, { id, threads }: LiveWorker): Promise<void> {
  await redis.zrem(WORKERS, `${threads}/${id}`)
}

/** The workers that are there. */
export async function liveWorkers(redis: Redis): Promise<LiveWorker[]> {
  const gone = (await timeOf(redis)) - GONE_MS
  await redis.zremrangebyscore(WORKERS, '-inf', gone)
  const members = await redis.zrangebyscore(WORKERS, gone, '+inf')
  return members.flatMap(member => {
    const [, threads, id] = /^(\d{1,5})\/(.+)$/.exec(member) ?? []
    return id === undefined ? [] : [{ id, threads: Number(threads) }]
  })
}

async function timeOf(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time()
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
}
