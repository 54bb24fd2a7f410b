import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../src/data/store/database.js'
import { repositoryContract } from '../../contracts/repository.js'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../../postgres-server.js'

const folder = mkdtempSync(join(tmpdir(), 'assay-repository-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

repositoryContract('the embedded database', () => openDatabase({ folder }))

const missing = whyNoPostgres()
if (missing === undefined || process.env['ASSAY_CI'] === '1') {
  describe('a PostgreSQL server', () => {
    let server: PostgresServer
    beforeAll(async () => {
      expect(missing, 'CI must have PostgreSQL').toBeUndefined()
      server = await startPostgres()
    })
    afterAll(() => server.stop())
    repositoryContract('PostgreSQL', () => openDatabase({ url: server.url, folder }))
  })
} else {
  it.skip(`repositories on a PostgreSQL server: skipped, ${missing}`)
}
