import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, type DatabaseOptions } from '../../../../src/data/store/database.js'
import { createSwapJournal } from '../../../../src/data/store/journal/swap-journal.js'
import { swapJournalContract, type JournalSubject } from '../../../contracts/swap-journal.js'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../../../postgres-server.js'

const folder = mkdtempSync(join(tmpdir(), 'assay-journal-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function open(options: DatabaseOptions): Promise<JournalSubject> {
  const database = await openDatabase(options)
  return { journal: createSwapJournal(database), close: () => database.close() }
}

swapJournalContract('the embedded database', () => open({ folder }))

const missing = whyNoPostgres()
if (missing === undefined || process.env['ASSAY_CI'] === '1') {
  describe('a PostgreSQL server', () => {
    let server: PostgresServer
    beforeAll(async () => {
      expect(missing, 'CI must have PostgreSQL').toBeUndefined()
      server = await startPostgres()
    })
    afterAll(() => server.stop())
    swapJournalContract('PostgreSQL', () => open({ url: server.url, folder }))
  })
} else {
  it.skip(`the swap journal on a PostgreSQL server: skipped, ${missing}`)
}
