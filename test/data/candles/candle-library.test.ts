import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
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

const KEY = { symbol: 'SOL-USDC', timeframe: '1m', source: 'file' }
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
    [
      'has the content of another in its place',
      name => {
        const bytes = readFileSync(name)
        writeFileSync(name, Buffer.concat([bytes.subarray(0, 64), bytes.subarray(64).reverse()]))
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

  const hindrances: readonly (readonly [string, (name: string) => void])[] = [
    ['a folder', name => mkdirSync(join(name, 'full'), { recursive: true })],
    ['a link to what it should be', name => symlinkSync(`${name}.elsewhere`, name)],
    ['a link to nothing', name => symlinkSync('nothing', name)],
    ['a pipe', name => execFileSync('mkfifo', [name])],
  ]
  it.each(hindrances)(
    'are read from the database where %s is in place of the cache',
    async (_, make) => {
      const name = cacheFile(hash)
      cpSync(name, `${name}.elsewhere`)
      rmSync(name)
      make(name)
      const { library, leave, opened } = visit()
      expect(dataHash((await library.load('SOL-USDC', '1m')).candles)).toBe(hash)
      expect(opened()).toBe(true)
      await leave()
      rmSync(name, { recursive: true, force: true })
      cpSync(`${name}.elsewhere`, name)
      rmSync(`${name}.elsewhere`)
    },
  )

  it('are found where the catalogue is missing or broken', async () => {
    for (const content of [undefined, '', 'null', '{"version":99}', ...HALVES]) {
      const name = join(home, 'catalogue.json')
      if (content === undefined) rmSync(name)
      else writeFileSync(name, content)
      const { library, leave } = visit()
      expect((await library.load('SOL-USDC', '1m')).dataSet.dataHash).toBe(hash)
      await leave()
      expect(JSON.parse(readFileSync(name, 'utf8'))).toMatchObject({ version: 3 })
    }
  })

  it('are those of the database where somebody has written another hash into the catalogue', async () => {
    const name = join(home, 'catalogue.json')
    const other = 'f'.repeat(64)
    writeFileSync(name, readFileSync(name, 'utf8').replaceAll(hash, other))
    const { library, leave, opened } = visit()
    expect((await library.load('SOL-USDC', '1m')).dataSet.dataHash).toBe(hash)
    expect(opened()).toBe(true)
    await leave()
  })

  it('are those of a database that was put back as it was before', async () => {
    cpSync(join(home, 'database'), join(home, 'older'), { recursive: true })
    const more = join(home, 'more.csv')
    writeFileSync(more, [HEADER, ...csvRows(105)].join('\n'))
    const writer = visit()
    const newer = (await importFiles([more], { key: KEY }, writer)).dataSet.dataHash
    await writer.leave()
    expect(newer).not.toBe(hash)
    rmSync(join(home, 'database'), { recursive: true })
    cpSync(join(home, 'older'), join(home, 'database'), { recursive: true })
    rmSync(join(home, 'older'), { recursive: true })
    const { library, leave } = visit()
    expect((await library.load('SOL-USDC', '1m')).dataSet.dataHash).toBe(hash)
    await leave()
    rmSync(cacheFile(newer))
  })

  it('that no longer have their hash are refused wherever the database is read, until they are accepted', async () => {
    const { library, leave } = visit()
    const database = await openDatabase({ folder: home })
    await database.execute(
      `update candles set close = close * 1.0001 where timestamp = (select min(timestamp) from candles)`,
    )
    await database.close()
    const saved = readFileSync(cacheFile(hash))
    rmSync(cacheFile(hash))
    const repository = await library.repository()
    const readings = {
      load: () => library.load('SOL-USDC', '1m'),
      'load again': () => library.load('SOL-USDC', '1m'),
      import: () => importFiles([join(home, 'more.csv')], { key: KEY }, { library }),
      'the same import': () => importFiles([file], { key: KEY }, { library }),
    }
    for (const [name, read] of Object.entries(readings)) {
      const error = await refusal(read())
      expect(error.code, name).toBe('DATA_CHANGED')
      expect(error.message).toMatch(
        /of SOL-USDC 1m have changed: their hash is [0-9a-f]{12}, noted is /,
      )
      expect(error.message).toContain(hash.slice(0, 12))
      expect(error.hint).toContain('assay data repair --symbol SOL-USDC --timeframe 1m')
    }
    expect(existsSync(cacheFile(hash)), 'not cached under a hash they have not').toBe(false)

    const { before, after } = await library.repair(KEY)
    expect([before?.dataHash, before?.count, after?.count]).toEqual([hash, 100, 100])
    const { dataSet, candles } = await library.load('SOL-USDC', '1m')
    expect(dataSet.dataHash).toBe(after!.dataHash)
    expect(dataHash(candles)).toBe(after!.dataHash)
    expect(await repository.repairs(KEY)).toMatchObject([{ from: hash, to: after!.dataHash }])
    expect((await library.repair(KEY)).after, 'nothing more to accept').toEqual(after)
    expect(await repository.repairs(KEY)).toHaveLength(1)
    await leave()

    const other = visit()
    await other.library.remove(KEY)
    await importFiles([file], { key: KEY }, other)
    await other.leave()
    expect(readFileSync(cacheFile(hash))).toEqual(saved)
  })

  it('of which some are gone, or are no candles, are refused; the latter are never accepted', async () => {
    const { library, leave } = visit()
    rmSync(cacheFile(hash))
    const database = await openDatabase({ folder: home })
    const first = '(select min(timestamp) from candles)'
    await database.execute(
      `update candles set timestamp = timestamp + interval '7 seconds' where timestamp = ${first}`,
    )
    await database.close()
    expect((await refusal(library.load('SOL-USDC', '1m'))).code).toBe('DATA_CHANGED')
    expect((await refusal(library.repair(KEY))).code).toBe('CHECK_FAILED')
    await leave()
    const again = await openDatabase({ folder: home })
    await again.execute(`delete from candles where timestamp = ${first}`)
    await again.close()
    const other = visit()
    const error = await refusal(other.library.load('SOL-USDC', '1m'))
    expect(error.message).toMatch(/99 candles instead of 100/)
    expect((await other.library.repair(KEY)).after?.count).toBe(99)
    await other.library.remove(KEY)
    await importFiles([file], { key: KEY }, other)
    await other.leave()
  })

  it('change, and drop the cache of what is gone', async () => {
    writeFileSync(file, [HEADER, ...csvRows(110)].join('\n'))
    const { library, leave } = visit()
    const changed = await importFiles([file], { key: KEY }, { library })
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
