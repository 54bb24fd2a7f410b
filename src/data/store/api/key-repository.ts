import { formatTime, formatTimeOrNull } from '../../../core/candles/time.js'
import type { ApiKey, KeyRepository, Scope } from '../../../core/ports/server/keys.js'
import type { Database, Row } from '../../postgres/session.js'
import { epochMillis, epochMillisOrNull } from '../../postgres/sql.js'

const KEY = `select key_id, name, scope, secret_hash, extract(epoch from created_at) as created_at,
  extract(epoch from expires_at) as expires_at, extract(epoch from revoked_at) as revoked_at,
  extract(epoch from used_at) as used_at, parent_id from api_keys`

/** Keys of the API in either database. */
export function createKeyRepository(database: Database): KeyRepository {
  return {
    save: async key => {
      await database.query(
        `insert into api_keys (key_id, name, scope, secret_hash, created_at, expires_at, parent_id)
         values ($1, $2, $3, $4, $5::text::timestamptz, $6::text::timestamptz, $7)`,
        [
          key.keyId,
          key.name,
          key.scope,
          key.secretHash,
          formatTime(key.createdAt),
          formatTimeOrNull(key.expiresAt),
          key.parentId,
        ],
      )
    },
    find: async keyId => {
      const [row] = await database.query(`${KEY} where key_id = $1`, [keyId])
      return row && keyOf(row)
    },
    list: async () =>
      (await database.query(`${KEY} order by api_keys.created_at desc, key_id`)).map(keyOf),
    revoke: async (keyId, at) =>
      (
        await database.query(
          `update api_keys set revoked_at = $2::text::timestamptz
           where (key_id = $1 or parent_id = $1) and revoked_at is null returning key_id`,
          [keyId, formatTime(at)],
        )
      ).some(row => row['key_id'] === keyId),
    touch: async (keyId, at) => {
      await database.query(
        'update api_keys set used_at = $2::text::timestamptz where key_id = $1',
        [keyId, formatTime(at)],
      )
    },
  }
}

function keyOf(row: Row): ApiKey {
  return {
    keyId: row['key_id']!,
    name: row['name']!,
    scope: row['scope'] as Scope,
    secretHash: row['secret_hash']!,
    createdAt: epochMillis(row['created_at']!),
    expiresAt: epochMillisOrNull(row['expires_at']),
    revokedAt: epochMillisOrNull(row['revoked_at']),
    usedAt: epochMillisOrNull(row['used_at']),
    parentId: row['parent_id'] ?? null,
  }
}
