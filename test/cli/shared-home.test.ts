import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createCatalogue } from '../../src/data/cache/catalogue.js'
import { openDatabase } from '../../src/data/store/database.js'
import { csvRows, HEADER } from '../data/import/import-kit.js'
import { assay, assayJson, assayProcess } from './assay.js'
import { demoFolder } from './prepared-home.js'

const folder = await demoFolder()
const home = join(folder, '.assay')
/** What a program does that is left running. */
const holder = await openDatabase({ folder: home })
await holder.share()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const KEY = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']
const FILE = join(folder, 'more.csv')
writeFileSync(FILE, [HEADER, ...csvRows(500)].join('\n'))

describe(
  'beside a process that holds the home and shares it',
  { concurrent: false, shuffle: false },
  () => {
    it('a backtest runs, and its run is listed and shown', async () => {
      const { run_id: id } = await assayJson(
        folder,
        'backtest',
        'ma_crossover',
        ...KEY,
        '--events',
        '--report',
        'none',
      )
      const listed = await assay(folder, 'runs', 'list')
      expect(listed).toMatchObject({ code: 0, err: '' })
      expect(listed.out).toContain(String(id).slice(0, 8))
      expect((await assay(folder, 'runs', 'verify', String(id))).code).toBe(0)
    })

    it('candles are imported, seen at once, and removed', async () => {
      const stored = ['--symbol', 'MORE-USD', '--timeframe', '1m']
      const imported = await assayProcess(folder, 'data', 'import', FILE, ...stored)
      expect(imported.code, imported.err).toBe(0)
      expect((await assay(folder, 'data', 'list')).out).toMatch(/MORE-USD +1m/)
      expect(createCatalogue(home).read(true)).toMatchObject([
        { symbol: 'MORE-USD', count: 500 },
        {},
      ])
      expect((await assay(folder, 'data', 'remove', ...stored, '--yes')).code).toBe(0)
      expect(createCatalogue(home).read(true)).toHaveLength(1)
    })

    it('a sweep, questions in SQL and the doctor find what they need', async () => {
      const sweep = await assay(
        folder,
        'sweep',
        'ma_crossover',
        ...KEY,
        '--grid',
        'fast_ma=5,8',
        '--report',
        'none',
      )
      expect(sweep.code, sweep.err).toBe(0)
      expect((await assay(folder, 'sql', 'select count(*) as n from trials')).out).toContain('2')
      expect((await assay(folder, 'doctor')).out).toContain(
        'embedded, shared by the process that holds it',
      )
    })

    it('several commands at once all succeed', async () => {
      const ran = await Promise.all(
        ['5', '6', '7'].map(fast =>
          assayProcess(
            folder,
            'backtest',
            'ma_crossover',
            ...KEY,
            '--fast-ma',
            fast,
            '--events',
            '--report',
            'none',
          ),
        ),
      )
      expect(ran.map(({ code, err }) => (code === 0 ? '' : err))).toEqual(['', '', ''])
    })

    it('and nothing is missing when it has ended', async () => {
      const before = await assayJson(folder, 'runs', 'list')
      await holder.close()
      expect(createCatalogue(home).read(false)).toMatchObject([{ symbol: 'SYNTH-USDC' }])
      expect(await assayJson(folder, 'runs', 'list')).toEqual(before)
      expect((await assay(folder, 'doctor')).code).toBe(0)
    })
  },
)
