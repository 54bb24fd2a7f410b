import type { Redis } from 'ioredis'
import type { StateStore } from '../../core/ports/trading/state.js'

/** Only where the text that is expected stands there; an empty first argument expects nothing. */
const WRITE_IF = `
local now = redis.call('get', KEYS[1])
if ARGV[1] == '1' then
  if now then return 0 end
elseif now ~= ARGV[2] then
  return 0
end
redis.call('set', KEYS[1], ARGV[3])
return 1`

/** The same for several names, whose arguments come in threes: all or none. */
const WRITE_ALL = `
for k, key in ipairs(KEYS) do
  local now = redis.call('get', key)
  if ARGV[3 * k - 2] == '1' then
    if now then return 0 end
  elseif now ~= ARGV[3 * k - 1] then
    return 0
  end
end
for k, key in ipairs(KEYS) do redis.call('set', key, ARGV[3 * k]) end
return 1`

const LEASE = `
local now = redis.call('get', KEYS[1])
if now and now ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`

const RELEASE = `
if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end
return 0`

const SCAN_COUNT = 500

/** Shared texts in Redis, under their own names. */
export function createRedisState(redis: Redis, place: string): StateStore {
  return {
    name: `Redis at ${place}`,
    read: key => redis.get(key),
    write: async (key, text, expected) => {
      if (expected === undefined) return (await redis.set(key, text)) === 'OK'
      const isNew = expected === null
      return (await redis.eval(WRITE_IF, 1, key, isNew ? '1' : '0', expected ?? '', text)) === 1
    },
    writeAll: async changes => {
      const args = changes.flatMap(({ expected, text }) => [
        expected === null ? '1' : '0',
        expected ?? '',
        text,
      ])
      const keys = changes.map(({ key }) => key)
      return (await redis.eval(WRITE_ALL, keys.length, ...keys, ...args)) === 1
    },
    keys: prefix => keysOf(redis, prefix),
    lease: async (key, owner, forMs) =>
      (await redis.eval(LEASE, 1, key, owner, Math.ceil(forMs))) === 1,
    release: async (key, owner) => {
      await redis.eval(RELEASE, 1, key, owner)
    },
    close: async () => {
      await redis.quit().catch(() => redis.disconnect())
    },
  }
}

/** Not KEYS, which holds up a server with many. */
async function keysOf(redis: Redis, prefix: string): Promise<readonly string[]> {
  const found = new Set<string>()
  const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`
  let cursor = '0'
  do {
    const [next, names] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT)
    for (const name of names) found.add(name)
    cursor = next
  } while (cursor !== '0')
  return [...found].sort()
}
