import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  createCandleLibrary,
  type CandleLibrary,
} from '../../../src/data/candles/candle-library.js'
import { dataHash } from '../../../src/data/cache/data-hash.js'
import { type Database, openDatabase } from '../../../src/data/store/database.js'
import { importFiles } from '../../../src/data/import/import.js'
import { csvRows, HEADER, refusal } from '../import/import-kit.js'

const home = mkdtempSync(join(tmpdir(), 'assay-library-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** A library as a process of its own would have it, counting how often it opens the database. */
function visit(): { library: CandleLibrary; opened: () => boolean; leave: () => Promise<void> } {
  let database: Promise<Database> | undefined
  const library = createCandleLibrary({
    home,
    embedded: true,
    database: () => (database ??= openDatabase({ folder: home })),
  })
  const leave = async (): Promise<void> => (await database)?.close()
  return { library, opened: () => database !== undefined, leave }
}

const KEY = { symbol: 'SOL-USDC', timeframe: '1m' }
const file = join(home, 'rows.csv')
const cacheFile = (hash: string): string => join(home, 'cache', `${hash}.columns`)

/** Catalogues that are JSON, and none. */
const HALVES = ['{"version":1}', '{"version":1,"dataSets":[{"symbol":"SOL-USDC"}]}']

describe('stored candles', { shuffle: false }, () => {
  let hash = ''

  it('are none at first, which needs no database', async () => {
    const { library, opened } = visit()
    const error = await refusal(library.load('SOL-USDC', '1m'))
    expect(error.code).toBe('NO_CANDLES')
    expect(error.hint).toMatch(/assay data import FILE --symbol SOL-USDC --timeframe 1m/)
    expect(opened()).toBe(false)
    expect(existsSync(join(home, 'database'))).toBe(false)
  })

  it('are read from the cache, without opening the database', async () => {
    writeFileSync(file, [HEADER, ...csvRows(100)].join('\n'))
    const writer = visit()
    hash = (await importFiles([file], { key: KEY }, writer)).dataSet.dataHash
    await writer.leave()
    const { library, opened } = visit()
    const { candles, dataSet } = await library.load(' sol-usdc ', '60s')
    expect(dataHash(candles)).toBe(hash)
    expect(dataSet).toMatchObject({ ...KEY, count: 100 })
    expect(opened()).toBe(false)
  })

  const damages: readonly (readonly [string, (name: string) => void])[] = [
    ['is missing', name => rmSync(name)],
    ['is cut short', name => truncateSync(name, 1000)],
    ['is empty', name => truncateSync(name, 0)],
    [
      'has one bit changed',
      name => {
        const bytes = readFileSync(name)
        bytes[700]! ^= 1
        writeFileSync(name, bytes)
      },
    ],
  ]
  it.each(damages)('are rebuilt where the cache %s', async (_, damage) => {
    damage(cacheFile(hash))
    const first = visit()
    expect(dataHash((await first.library.load('SOL-USDC', '1m')).candles)).toBe(hash)
    expect(first.opened()).toBe(true)
    await first.leave()
    const second = visit()
    expect(dataHash((await second.library.load('SOL-USDC', '1m')).candles)).toBe(hash)
    expect(second.opened(), 'rebuilt').toBe(false)
  })

  it('are found where the catalogue is missing or broken', async () => {
    for (const content of [undefined, '', 'null', '{"version":99}', ...HALVES]) {
      const name = join(home, 'catalogue.json')
      if (content === undefined) rmSync(name)
      else writeFileSync(name, content)
      const { library, leave } = visit()
      expect((await library.load('SOL-USDC', '1m')).dataSet.dataHash).toBe(hash)
      await leave()
      expect(JSON.parse(readFileSync(name, 'utf8'))).toMatchObject({ version: 1 })
    }
  })

  it('change with the catalogue away, and drop the cache of what is gone', async () => {
    writeFileSync(file, [HEADER, ...csvRows(110)].join('\n'))
    const { library, leave } = visit()
    const changed = await importFiles(
      [file],
      { key: KEY },
      {
        library,
        onProgress: () => {
          expect(
            existsSync(join(home, 'catalogue.json')),
            'a kill now must not leave a stale one',
          ).toBe(false)
        },
      },
    )
    expect(changed.imported).toBe(10)
    expect(readdirSync(join(home, 'cache'))).toEqual([`${changed.dataSet.dataHash}.columns`])
    await library.remove(KEY)
    expect(readdirSync(join(home, 'cache'))).toEqual([])
    expect(await library.list()).toEqual([])
    await leave()
  })

  it('are suggested where the name is nearly right', async () => {
    const { library, leave } = visit()
    await importFiles([file], { key: KEY }, { library })
    expect((await refusal(library.load('SOL-USDT', '1m'))).message).toMatch(/did you mean SOL-USDC/)
    expect((await refusal(library.load('SOL-USDC', '1h'))).message).toMatch(/it has 1m/)
    expect((await refusal(library.load('SOL USDC', '1h'))).code).toBe('INVALID_SYMBOL')
    expect((await refusal(library.load('SOL-USDC', '1x'))).code).toBe('INVALID_TIMEFRAME')
    await leave()
  })
})
