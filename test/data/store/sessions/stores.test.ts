import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectRedis } from '../../../../src/app/workspace/redis.js'
import { openDatabase, type Database } from '../../../../src/data/store/database.js'
import { createStateTable } from '../../../../src/data/store/sessions/state-table.js'
import { createRedisState } from '../../../../src/live/state/redis-state.js'
import { apiStoreContract } from '../../../contracts/api-store.js'
import { decisionStoreContract } from '../../../contracts/decision-store.js'
import { sessionStoreContract } from '../../../contracts/session-store.js'
import { stateStoreContract, type StateSubject } from '../../../contracts/state-store.js'
import { startRedis, whyNoRedis, type RedisServer } from '../../../distributed/redis-server.js'
import { startPostgres, whyNoPostgres, type PostgresServer } from '../../../postgres-server.js'

const folder = mkdtempSync(join(tmpdir(), 'assay-stores-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function contractsOf(name: string, open: () => Promise<Database>): void {
  sessionStoreContract(name, open)
  decisionStoreContract(name, open)
  apiStoreContract(name, open)
  stateStoreContract(`a table of ${name}`, async () => {
    const database = await open()
    return { state: createStateTable(database), close: () => database.close() }
  })
}

contractsOf('the embedded database', () => openDatabase({ folder }))

const isCi = process.env['ASSAY_CI'] === '1'
const noPostgres = whyNoPostgres()
if (noPostgres === undefined || isCi) {
  describe('a PostgreSQL server', () => {
    let server: PostgresServer
    beforeAll(async () => {
      expect(noPostgres, 'CI must have PostgreSQL').toBeUndefined()
      server = await startPostgres()
    })
    afterAll(() => server.stop())
    contractsOf('PostgreSQL', () => openDatabase({ url: server.url, folder }))
  })
} else {
  it.skip(`sessions on a PostgreSQL server: skipped, ${noPostgres}`)
}

const noRedis = whyNoRedis()
if (noRedis === undefined || isCi) {
  describe('a Redis server', () => {
    let server: RedisServer
    beforeAll(async () => {
      expect(noRedis, 'CI must have Redis').toBeUndefined()
      server = await startRedis()
    })
    afterAll(() => server.stop())
    stateStoreContract('Redis', async (): Promise<StateSubject> => {
      const redis = await connectRedis(server.url, () => undefined)
      const state = createRedisState(redis, 'here')
      return { state, close: () => state.close() }
    })
  })
} else {
  it.skip(`shared texts in Redis: skipped, ${noRedis}`)
}
