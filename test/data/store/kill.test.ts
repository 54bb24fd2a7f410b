import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCandleLibrary } from '../../../src/data/candles/candle-library.js'
import { createCatalogue } from '../../../src/data/cache/catalogue.js'
import { openDatabase } from '../../../src/data/store/database.js'
import { importFiles } from '../../../src/data/import/import.js'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../../postgres-server.js'
import { csvRows, HEADER } from '../import/import-kit.js'

const home = mkdtempSync(join(tmpdir(), 'assay-kill-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const KEY = { symbol: 'KILLED', timeframe: '1m', source: 'file' }
const small = join(home, 'small.csv')
const large = join(home, 'large.csv')
writeFileSync(small, [HEADER, ...csvRows(100)].join('\n'))
writeFileSync(large, [HEADER, ...csvRows(300_000)].join('\n'))

const CHILD = `
import { createCandleLibrary } from ${JSON.stringify(join(import.meta.dirname, '../../../src/data/candles/candle-library.ts'))}
import { createCatalogue } from '../../../src/data/cache/catalogue.js'
import { openDatabase } from ${JSON.stringify(join(import.meta.dirname, '../../../src/data/store/database.ts'))}
import { importFiles } from ${JSON.stringify(join(import.meta.dirname, '../../../src/data/import/import.ts'))}
const [folder, file, url] = process.argv.slice(2)
let database
const open = () => (database ??= openDatabase({ folder, url }))
const library = createCandleLibrary({ home: folder, embedded: url === undefined, database: open })
await importFiles([file], { key: { symbol: 'KILLED', timeframe: '1m' } }, {
  library,
  onProgress: rows => rows > 150000 && console.log('half'),
})
console.log('done')
`

/** Imports in a process of its own and kills it once half of the rows are on their way. */
async function killHalfWay(url?: string): Promise<string> {
  const script = join(home, 'child.mts')
  writeFileSync(script, CHILD)
  const args = ['--import', 'tsx', script, home, large, ...(url === undefined ? [] : [url])]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: join(import.meta.dirname, '../../..'),
  })
  let output = ''
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString()
    if (output.includes('half')) child.kill('SIGKILL')
  })
  await new Promise(exited => child.once('exit', exited))
  return output
}

function surviving(open: (url?: string) => ReturnType<typeof openDatabase>, url?: string): void {
  it(
    'an import that is killed half-way leaves the data set as it was',
    { timeout: 120_000 },
    async () => {
      const before = await open(url)
      const library = createCandleLibrary({
        home,
        embedded: url === undefined,
        database: () => Promise.resolve(before),
      })
      const { dataSet } = await importFiles([small], { key: KEY }, { library })
      await before.close()

      const output = await killHalfWay(url)
      expect(output).toContain('half')
      expect(output, 'it was killed in time').not.toContain('done')
      if (url === undefined)
        expect(createCatalogue(home).read(false), 'not believed').toBe(undefined)

      const after = await open(url)
      const again = createCandleLibrary({
        home,
        embedded: url === undefined,
        database: () => Promise.resolve(after),
      })
      expect((await again.load('KILLED', '1m')).dataSet).toEqual(dataSet)
      const [count] = await after.query(`select count(*) as n from candles where symbol = 'KILLED'`)
      expect(count).toEqual({ n: '100' })
      const whole = await importFiles([large], { key: KEY }, { library: again })
      expect(whole).toMatchObject({ imported: 299_900, unchanged: 100 })
      await again.remove(KEY)
      await after.close()
    },
  )
}

describe('on the embedded database', { concurrent: false }, () => {
  surviving(() => openDatabase({ folder: home }))
})

const missing = whyNoPostgres()
describe.skipIf(missing !== undefined && process.env['ASSAY_CI'] !== '1')(
  `on a PostgreSQL server${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres()
    })
    afterAll(() => server.stop())
    it('an import that is killed half-way stores nothing', { timeout: 120_000 }, async () => {
      const output = await killHalfWay(server.url)
      expect(output).not.toContain('done')
      const database = await openDatabase({ folder: home, url: server.url })
      expect(await database.query('select count(*) as n from candles')).toEqual([{ n: '0' }])
      expect(await database.query('select count(*) as n from datasets')).toEqual([{ n: '0' }])
      await database.close()
    })
  },
)
