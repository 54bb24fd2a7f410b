import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RunRecord } from '../../src/core/ports/research/runs.js'
import { EXECUTION_MODEL } from '../../src/core/version.js'
import { openDatabase } from '../../src/data/store/database.js'
import { createRunRepository } from '../../src/data/store/runs/run-repository.js'
import { assay, assayJson } from './assay.js'
import { demoFolder } from './prepared-home.js'

type Json = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- the tests below take objects apart at will

const DATA = ['--timeframe', '1h', '--report', 'none']
let folder: string
let own: string

/** Stores a run with another curve, and under another id. */
async function storeWithCurve(run: string, runId: string, curveHash: string | null) {
  const database = await openDatabase({ folder: join(folder, '.assay') })
  const runs = createRunRepository(database)
  await runs.save({ ...(await runs.get(run))!, runId, curveHash })
  await database.close()
}

/** Stores runs as another model would have: under another id, with its number in the manifest. */
async function storeAs(made: readonly (readonly [run: string, as: string, model?: number])[]) {
  const database = await openDatabase({ folder: join(folder, '.assay') })
  const runs = createRunRepository(database)
  for (const [run, runId, model] of made) {
    const stored = (await runs.get(run))!
    const { execution_model: _now, ...rest } = stored.manifest as Json
    const manifest = { ...rest, ...(model !== undefined && { execution_model: model }) }
    await runs.save({ ...stored, runId, manifest } satisfies RunRecord)
  }
  await database.close()
}

beforeAll(async () => {
  folder = await demoFolder()
  const run: Json = await assayJson(
    folder,
    ...['backtest', 'ma_crossover', '--symbol', 'SYNTH-USDC', ...DATA, '--fee-bps', '3'],
  )
  own = run['run_id']
  const config = join(folder, 'portfolio.json')
  writeFileSync(config, JSON.stringify({ 'SYNTH-USDC': { active_strategy: 'ma_crossover' } }))
  const portfolio: Json = await assayJson(folder, 'portfolio', '--config', config, ...DATA)
  await assay(folder, 'runs', 'list')
  await storeAs([
    [own, 'aaaa000000000001'],
    [own, 'aaaa000000000099', 99],
    [portfolio['run_id'], 'bbbb000000000001', 1],
  ])
}, 120_000)

describe('a run of another execution model', () => {
  it.each([
    ['without a number', 'aaaa000000000001', 'an older execution model, 1'],
    ['of a newer one', 'aaaa000000000099', 'a newer execution model, 99'],
    ['of a portfolio', 'bbbb000000000001', 'an older execution model, 1'],
  ])('%s is not verified, and said to be one', async (_which, id, words) => {
    const { code, err, out } = await assay(folder, 'runs', 'verify', id, '--json')
    expect(code).toBe(1)
    expect(err).toContain(
      `run ${id} was made by ${words}; this Assay computes by ${EXECUTION_MODEL}`,
    )
    expect(err).toContain(`run it again by the rules of docs/execution.md: assay runs show ${id}`)
    expect(JSON.parse(out)).toMatchObject({ run_id: id, verified: false, repeated: null })
  })

  it('is compared with a remark', async () => {
    const compared: Json = await assayJson(folder, 'compare', 'aaaa000000000001', own)
    expect(compared['remarks'][0]).toContain(`execution models 1 and ${EXECUTION_MODEL}`)
    const beside = await assay(folder, 'runs', 'compare', 'aaaa000000000001', own)
    expect(beside.out).toContain('note: run aaaa000000000001 was made by an older execution model')
  })

  it('has a page that says that it was made again', async () => {
    const page = join(folder, 'old.html')
    const { code, err } = await assay(folder, 'report', 'aaaa000000000001', '--report', page)
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/older.*the page shows the run made again/),
    ])
  })
})

describe('a run that is verified', () => {
  it('has to give its curve again, not its result alone', async () => {
    await storeWithCurve(own, 'cccc000000000001', 'f'.repeat(64))
    const { code, err, out } = await assay(folder, 'runs', 'verify', 'cccc000000000001', '--json')
    expect(code).toBe(1)
    expect(err).toContain('gives its trades again, but its equity curve is another')
    const { verified, stored, repeated } = JSON.parse(out) as Json
    expect(verified).toBe(false)
    expect(stored).toBe(repeated)
  })

  it('is verified by its result where it was stored without a hash of its curve', async () => {
    await storeWithCurve(own, 'cccc000000000002', null)
    const { code, out } = await assay(folder, 'runs', 'verify', 'cccc000000000002')
    expect([code, out]).toEqual([0, expect.stringContaining('verified: run cccc000000000002')])
  })
})
