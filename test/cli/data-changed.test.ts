import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/data/store/database.js'
import { assay, assayJson } from './assay.js'
import { demoFolder } from './prepared-home.js'

const folder = await demoFolder()
const home = join(folder, '.assay')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const KEY = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']
const RUN = ['backtest', 'ma_crossover', ...KEY, '--report', 'none']

async function alter(sql: string): Promise<void> {
  const database = await openDatabase({ folder: home })
  await database.execute(sql)
  await database.close()
}

function dropCache(): void {
  for (const name of readdirSync(join(home, 'cache'))) {
    if (name.endsWith('.columns')) rmSync(join(home, 'cache', name))
  }
}

describe('candles that somebody has changed in the database', { shuffle: false }, () => {
  let [run, hash] = ['', '']

  it('are found by doctor though the cache is right, and by an export', async () => {
    const made = (await assayJson(folder, ...RUN)) as unknown as {
      run_id: string
      manifest: { data: { hash: string } }
    }
    ;[run, hash] = [made.run_id, made.manifest.data.hash]
    const before = await assay(folder, 'doctor')
    expect(before.code, before.err).toBe(0)
    expect(before.out).toMatch(/SYNTH-USDC 1h +ok +17520 candles read, hash 71cc119a1e92 verified/)

    await alter(`update candles set close = close * 1.001 where timestamp = '2024-03-01'`)
    const doctor = await assay(folder, 'doctor')
    expect(doctor.code).toBe(1)
    expect(doctor.out.replace(/\n +/g, ' ')).toMatch(
      /SYNTH-USDC 1h +FAILED +the stored candles of SYNTH-USDC 1h have changed/,
    )
    const exported = await assay(folder, 'data', 'export', ...KEY, '--output', 'out.csv')
    expect(exported.code).toBe(2)
    expect(exported.err).toContain('the one of 2024-03-01T00:00:00')
    const parquet = await assay(folder, 'data', 'export', ...KEY, '--output', 'out.parquet')
    expect([parquet.code, parquet.err]).toEqual([exported.code, exported.err])
    expect(existsSync(join(folder, 'out.csv'))).toBe(false)
    expect(existsSync(join(folder, 'out.parquet'))).toBe(false)
  })

  it('are an error of every command that reads them', async () => {
    const commands = [
      RUN,
      ['portfolio', '--config', 'legs.json', '--timeframe', '1h', '--report', 'none'],
      ['sweep', 'ma_crossover', ...KEY, '--grid', 'fast_ma=5,8', '--report', 'none'],
      [
        'walk-forward',
        'ma_crossover',
        ...KEY,
        '--grid',
        'fast_ma=5,8',
        '--train',
        '90d',
        '--test',
        '30d',
      ],
      ['check', 'ma_crossover', ...KEY],
      ['runs', 'verify', run],
      ['trace', run, '--from', '2024-05-01'],
      ['data', 'check', ...KEY],
      ['data', 'resample', ...KEY, '--to', '4h'],
      ['data', 'export', ...KEY],
    ]
    writeFileSync(join(folder, 'legs.json'), '{"SYNTH-USDC":{"active_strategy":"ma_crossover"}}')
    for (const args of commands) {
      dropCache()
      const { code, err, out } = await assay(folder, ...args)
      expect([args[0], code, err]).toEqual([
        args[0],
        2,
        expect.stringContaining('have changed: their hash is'),
      ])
      expect(err).toContain('assay data repair --symbol SYNTH-USDC --timeframe 1h')
      expect(out).toBe('')
    }
  })

  it('are taken as new data when somebody says so, with a record that doctor shows', async () => {
    const asked = await assay(folder, 'data', 'repair', ...KEY)
    expect(asked.code).toBe(2)
    expect(asked.err).toContain('repeat with --yes')
    expect((await assay(folder, ...RUN)).code, 'nothing was changed').toBe(2)

    const repaired = await assayJson(folder, 'data', 'repair', ...KEY, '--yes')
    expect(repaired).toMatchObject({ repaired: true, from: hash, candles: 17520 })
    expect((await assay(folder, 'data', 'repair', ...KEY)).out).toContain('nothing to repair')
    const doctor = await assay(folder, 'doctor')
    expect(doctor.code).toBe(0)
    expect(doctor.out.replace(/\n +/g, ' ')).toMatch(/verified, taken as new data at 20\d\d-/)

    const other = (await assayJson(folder, ...RUN)) as unknown as { run_id: string }
    expect(other.run_id, 'another run, for it stands on other data').not.toBe(run)
    const verified = await assay(folder, 'runs', 'verify', run)
    expect(verified.code).toBe(1)
    expect(verified.err).toMatch(
      /the data of run .* is not stored any more\n.*the candles have changed/,
    )
  })

  it('can be removed without being read', async () => {
    await alter(`update candles set close = close * 1.001 where timestamp = '2024-03-01'`)
    dropCache()
    expect((await assay(folder, 'data', 'remove', ...KEY, '--yes')).code).toBe(0)
    expect((await assay(folder, 'data', 'list')).out).not.toContain('SYNTH')
    expect((await assay(folder, 'demo')).code).toBe(0)
  })

  it('are told as damage where the files of the database no longer hold them', async () => {
    const tables = join(home, 'database/base/5')
    const sizes = readdirSync(tables).map(name => ({
      name,
      size: statSync(join(tables, name)).size,
    }))
    const largest = sizes.reduce((most, one) => (one.size > most.size ? one : most))
    writeFileSync(join(tables, largest.name), '')
    const doctor = await assay(folder, 'doctor')
    expect(doctor.code).toBe(1)
    const joined = doctor.out.replace(/\n +/g, ' ')
    expect(joined).toMatch(/SYNTH-USDC 1h +FAILED +the database in ".*" is damaged/)
    const exported = await assay(folder, 'data', 'export', ...KEY)
    expect(exported.code).toBe(2)
    expect(exported.err).toMatch(
      /is damaged: could not read blocks[^]*move its folder away and import again/,
    )
  })
})
