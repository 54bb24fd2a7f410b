import { spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { csvRows, HEADER } from '../data/import/import-kit.js'
import { assay, assayJson, assayProcess } from './assay.js'

const folder = mkdtempSync(join(tmpdir(), 'assay-full-'))
const home = join(folder, '.assay')
const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'assay-test', folder])
const whyNot = mount.status === 0 ? null : 'no file system of 100 MB can be mounted here'
afterAll(() => {
  if (whyNot === null) spawnSync('umount', ['--lazy', folder])
  rmSync(folder, { recursive: true, force: true })
})

const freeMb = (): number => (statfsSync(folder).bavail * statfsSync(folder).bsize) / 1e6
const KEY = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']
const LARGE = ['--symbol', 'LARGE', '--timeframe', '1m']

describe.skipIf(whyNot !== null)(
  `a home on a disk that is full${whyNot === null ? '' : ` (skipped: ${whyNot})`}`,
  { shuffle: false },
  () => {
    const file = join(tmpdir(), `assay-full-${process.pid}.csv`)
    afterAll(() => rmSync(file, { force: true }))

    it('refuses an import that does not fit, gives its space back, and is whole', async () => {
      expect((await assay(folder, 'demo')).code).toBe(0)
      writeFileSync(file, [HEADER, ...csvRows(300_000)].join('\n'))
      const before = freeMb()
      for (let attempt = 0; attempt < 2; attempt++) {
        const { code, err } = await assay(folder, 'data', 'import', file, ...LARGE)
        expect([code, err]).toEqual([
          2,
          expect.stringMatching(/nearly full.*\n.*nothing of it was stored/),
        ])
        expect(before - freeMb(), 'what it took').toBeLessThan(8)
      }
      const doctor = await assay(folder, 'doctor')
      expect(doctor.out).toMatch(/SYNTH-USDC 1h +ok /)
      expect((await assay(folder, 'data', 'list')).out).not.toContain('LARGE')
      expect(
        (await assay(folder, 'backtest', 'ma_crossover', ...KEY, '--report', 'none')).code,
      ).toBe(0)
    }, 120_000)

    it('shows the result of a backtest that it has no room for, and says so', async () => {
      const fills = ['fill', 'rest'].map(name => join(folder, name))
      spawnSync('dd', ['if=/dev/zero', `of=${fills[0]}`, 'bs=1M'])
      spawnSync('dd', ['if=/dev/zero', `of=${fills[1]}`, 'bs=512'])
      expect(statfsSync(folder).bavail).toBe(0)
      const args = ['backtest', 'ma_crossover', ...KEY, '--fast-ma', '7']
      const { code, out, err } = await assay(folder, ...args)
      expect([code, out]).toEqual([1, expect.stringMatching(/Final equity +[\d,.]+/)])
      expect(err).toMatch(
        /error: the page of the run and the run could not be written: no space is left on the disk\n {2}the result above is right/,
      )
      const json = await assay(folder, ...args, '--json')
      expect([json.code, JSON.parse(json.out)]).toEqual([
        1,
        expect.objectContaining({ report: null, run_id: expect.any(String) as string }),
      ])
      for (const fill of fills) rmSync(fill)
      expect((await assay(folder, ...args, '--report', 'none')).code).toBe(0)
      expect((await assay(folder, 'runs', 'list')).code).toBe(0)
    }, 120_000)

    it('is whole after another program has filled the disk in the middle of an import', async () => {
      const fill = join(folder, 'fill')
      writeFileSync(file, [HEADER, ...csvRows(120_000)].join('\n'))
      const importing = assayProcess(folder, 'data', 'import', file, ...LARGE)
      // As soon as it has the database, and has found room enough.
      while (!existsSync(join(home, 'database.lock'))) await new Promise(setImmediate)
      spawnSync('dd', ['if=/dev/zero', `of=${fill}`, 'bs=64k'])
      const { code, err } = await importing
      expect([code, err]).toEqual([2, expect.stringMatching(/no space is left|nearly full/)])
      const listed = await assay(folder, 'data', 'list')
      expect([listed.code, listed.out]).toEqual([0, expect.stringContaining('SYNTH-USDC')])
      expect(listed.out).not.toContain('LARGE')
      rmSync(fill)
      expect((await assay(folder, 'doctor')).out).toMatch(/SYNTH-USDC 1h +ok /)
      expect((await assay(folder, 'runs', 'list')).code).toBe(0)
    }, 120_000)

    it('can be read while others have filled it up, and works when they are gone', async () => {
      const fill = join(folder, 'fill')
      spawnSync('dd', ['if=/dev/zero', `of=${fill}`, 'bs=1M'])
      expect(freeMb()).toBe(0)
      const listed = await assay(folder, 'data', 'list')
      expect([listed.code, listed.out]).toEqual([0, expect.stringContaining('SYNTH-USDC')])
      expect(
        (await assay(folder, 'check', 'ma_crossover', ...KEY, '--to', '2024-03-01')).code,
      ).toBe(0)
      // Another state than the catalogue tells of, as after a process that was killed.
      const control = openSync(join(home, 'database/global/pg_control'), 'r+')
      writeSync(control, 'x', 8191)
      closeSync(control)
      const known = await assay(folder, 'data', 'list')
      expect([known.code, known.out]).toEqual([0, expect.stringContaining('SYNTH-USDC')])
      expect(known.err).toMatch(/no space is left.*; the candles are those that were known last/)
      expect((await assay(folder, 'data', 'import', file, ...LARGE)).code).toBe(2)
      rmSync(fill)
      const run = await assayJson(folder, 'backtest', 'ma_crossover', ...KEY, '--report', 'none')
      expect(run).toHaveProperty('run_id')
    }, 120_000)
  },
)
