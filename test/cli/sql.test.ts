import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import { assay, assayJson, assayWith, REPOSITORY } from './assay.js'
import { demoFolder } from './prepared-home.js'
import { startPostgres, whyNoPostgres } from '../postgres-server.js'

type Row = Record<string, string>

const QUESTIONS = [
  ...readFileSync(join(REPOSITORY, 'docs/sql.md'), 'utf8').matchAll(/```sql\n([\s\S]*?)```/g),
].map(([, sql]) => sql!)
const RUN = ['ma_crossover', '--symbol', 'SYNTH-USDC', '--timeframe', '1h', '--report', 'none']

let folder: string
let run: { run_id: string; trades: { pnl: number; exit_reason: string; fills: object[] }[] }

beforeAll(async () => {
  folder = await demoFolder()
  run = (await assayJson(folder, 'backtest', ...RUN)) as never
}, 120_000)

const rowsOf = async (sql: string): Promise<Row[]> => {
  const { code, out, err } = await assay(folder, 'sql', sql)
  expect([code, err]).toEqual([0, ''])
  return parse<Row>(out, { columns: true })
}

describe('assay sql', () => {
  it('shows the trades of a run that has just been made', async () => {
    const rows = await rowsOf(`select * from positions where run_id = '${run.run_id}' order by id`)
    expect(rows.map(row => [Number(row['pnl']), row['exit_reason']])).toEqual(
      run.trades.map(trade => [trade.pnl, trade.exit_reason]),
    )
    expect(rows[0]!['entry_time']).toMatch(/^2024-01-\d\dT\d\d:00:00Z$/)
    const [fills] = await rowsOf(`select count(*) from trades where run_id = '${run.run_id}'`)
    expect(Number(fills!['count'])).toBe(run.trades.flatMap(({ fills }) => fills).length)
  })

  it.each(QUESTIONS.map((sql, k) => [k + 1, sql]))(
    'answers question %d of its page',
    async (_, sql) => {
      const rows = await rowsOf(sql)
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows) expect(Object.values(row)).not.toContain('')
    },
  )

  it('has five questions on its page', () => {
    expect(QUESTIONS.length).toBe(5)
  })

  it('does not show the key that signs sweeps, whichever way it is asked for', async () => {
    const asked = await assay(folder, 'sql', 'select * from queue_key')
    expect([asked.code, asked.err]).toEqual([
      2,
      expect.stringMatching(/^error: the table queue_key is not shown/),
    ])
    const hidden =
      "select query_to_xml('select key from queue' || '_key', true, false, '')::text as found"
    const { code, out } = await assay(folder, 'sql', hidden, '--json')
    expect(code).toBe(0)
    expect(out).not.toMatch(/[0-9a-f]{32}/)
    const written = await assay(
      folder,
      'sql',
      "select set_config('transaction_read_only', 'off', true)",
    )
    expect(written.code).toBe(2)
  })

  it('gives JSON with the types of the columns', async () => {
    const { out } = await assay(
      folder,
      'sql',
      `select 1.5 as n, true as yes, null as none, '{"a":[1]}'::jsonb as j, 'x' as t;`,
      '--json',
    )
    expect(JSON.parse(out)).toEqual([{ n: 1.5, yes: true, none: null, j: { a: [1] }, t: 'x' }])
  })

  it.each([
    ['selec 1', /the database says: .*syntax/],
    ['select * from nothing', /"nothing" does not exist/],
    ['delete from runs', /the database says/],
    [`with d as (delete from runs returning 1) select * from d`, /the database says/],
    [`select nextval('positions_id_seq')`, /read-only/],
  ])('refuses %s, and changes nothing', async (sql, message) => {
    const { code, out, err } = await assay(folder, 'sql', sql)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
    expect((await rowsOf('select count(*) from runs'))[0]!['count']).not.toBe('0')
  })
})

const missing = whyNoPostgres()
describe.skipIf(missing !== undefined && process.env['ASSAY_CI'] !== '1')(
  `on a PostgreSQL server${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    it(
      'a backtest gives rows too, and every question an answer',
      { timeout: 120_000 },
      async () => {
        const server = await startPostgres()
        try {
          const env = { DATABASE_URL: server.url }
          const file = join(folder, 'candles.csv')
          const market = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']
          await assay(folder, 'data', 'export', ...market, '--output', file, '--force')
          for (const args of [
            ['data', 'import', file, ...market],
            ['backtest', ...RUN],
          ]) {
            const { code, err } = await assayWith(env, folder, ...args)
            expect(code, err).toBe(0)
          }
          for (const sql of ['select * from trades', ...QUESTIONS]) {
            const { code, out, err } = await assayWith(env, folder, 'sql', sql)
            expect([code, err]).toEqual([0, ''])
            expect(out.split('\n').length).toBeGreaterThan(2)
          }
        } finally {
          await server.stop()
        }
      },
    )
  },
)
