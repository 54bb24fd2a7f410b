import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { METRIC_FORMULAS } from '../../../../src/core/metrics/metric-formulas.js'
import { snakeCase } from '../../../../src/core/canonical.js'
import { openDatabase } from '../../../../src/data/store/database.js'
import { sweepRepositoryContract } from '../../../contracts/sweep-repository.js'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../../../postgres-server.js'
import { METRIC_NAMES } from '../trial-maker.js'

const folder = mkdtempSync(join(tmpdir(), 'assay-sweeps-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('trials have all metrics that there are', () => {
  expect([...METRIC_NAMES].sort()).toEqual(Object.keys(METRIC_FORMULAS).map(snakeCase).sort())
})

sweepRepositoryContract('the embedded database', () => openDatabase({ folder }))

const missing = whyNoPostgres()
if (missing === undefined || process.env['ASSAY_CI'] === '1') {
  describe('a PostgreSQL server', () => {
    let server: PostgresServer
    beforeAll(async () => {
      expect(missing, 'CI must have PostgreSQL').toBeUndefined()
      server = await startPostgres()
    })
    afterAll(() => server.stop())
    sweepRepositoryContract('PostgreSQL', () => openDatabase({ url: server.url, folder }))
  })
} else {
  it.skip(`sweeps on a PostgreSQL server: skipped, ${missing}`)
}
