import type { ServerRegister } from '../../../core/ports/server/servers.js'
import type { Database } from '../../postgres/session.js'

/** Servers of the API in either database, by the clock of that: those of their machines may differ. */
export function createServerRegister(database: Database): ServerRegister {
  return {
    beat: async ({ serverId, owner }) => {
      await database.query(
        `insert into api_servers (server_id, owner) values ($1, $2)
         on conflict (server_id) do update set beat_at = now()`,
        [serverId, owner],
      )
    },
    list: async () =>
      (
        await database.query(
          `select server_id, owner, extract(epoch from now() - beat_at) * 1000 as silent_ms
           from api_servers order by server_id`,
        )
      ).map(row => ({
        serverId: row['server_id']!,
        owner: row['owner']!,
        silentMs: Math.max(0, Number(row['silent_ms'])),
      })),
    remove: async serverIds => {
      await database.query('delete from api_servers where server_id = any($1::text[])', [serverIds])
    },
  }
}
