import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createCatalogue } from '../../../src/data/cache/catalogue.js'
import {
  createCandleLibrary,
  type CandleLibrary,
} from '../../../src/data/candles/candle-library.js'
import { importFiles } from '../../../src/data/import/import.js'
import { isShared, socketFolder } from '../../../src/data/shared/socket-place.js'
import { createFetchRepository } from '../../../src/data/store/candles/fetch-repository.js'
import { type Database, openDatabase } from '../../../src/data/store/database.js'
import { repositoryContract } from '../../contracts/repository.js'
import { sweepRepositoryContract } from '../../contracts/sweep-repository.js'
import { csvRows, HEADER, refusal } from '../import/import-kit.js'

const REPOSITORY = join(import.meta.dirname, '../../..')
const root = mkdtempSync(join(tmpdir(), 'assay-shared-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let homes = 0
function newHome(name = `home-${homes++}`): string {
  const home = join(root, name)
  mkdirSync(home)
  return home
}

/** Opens the database of a home twice: by its holder, who shares it, and by another. */
async function pair(limits = {}): Promise<{ home: string; holder: Database; other: Database }> {
  const home = newHome()
  const holder = await openDatabase({ folder: home })
  await holder.share(limits)
  return { home, holder, other: await openDatabase({ folder: home }) }
}

function libraryOf(home: string, database: Database): CandleLibrary {
  return createCandleLibrary({ home, embedded: true, database: () => Promise.resolve(database) })
}

/** A program in a process of its own, and what it says. */
function program(
  code: string,
  ...args: string[]
): { child: ChildProcess; said: (text: string) => Promise<void>; gone: Promise<unknown> } {
  const file = join(root, `program-${homes++}.mts`)
  const from = (path: string): string => JSON.stringify(join(REPOSITORY, path))
  writeFileSync(
    file,
    `import { openDatabase } from ${from('src/data/store/database.ts')}
     import { createCandleLibrary } from ${from('src/data/candles/candle-library.ts')}
     import { createCandleRepository } from ${from('src/data/store/candles/candle-repository.ts')}
     import { importFiles } from ${from('src/data/import/import.ts')}
     const [folder, ...args] = process.argv.slice(2)
     const database = await openDatabase({ folder })
     ${code}`,
  )
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  const waiting: (() => void)[] = []
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString()
    for (const wake of waiting.splice(0)) wake()
  })
  const gone = new Promise(done => child.once('exit', done))
  const said = async (text: string): Promise<void> => {
    while (!output.includes(text)) {
      if (child.exitCode !== null) throw new Error(`it ended and never said ${text}: ${output}`)
      await Promise.race([new Promise<void>(wake => waiting.push(wake)), gone])
    }
  }
  return { child, said, gone }
}

const HOLDER = `await database.share()
  console.log('shared')
  setInterval(() => undefined, 1000)`

/** Opens what another in this process holds; of a home of its own for each contract. */
function beside(): () => Promise<Database> {
  const home = newHome()
  let holder: Database | undefined
  afterAll(() => holder?.close())
  return async () => {
    holder ??= await openDatabase({ folder: home })
    await holder.share()
    return openDatabase({ folder: home })
  }
}
repositoryContract('an embedded database that another shares', beside())
sweepRepositoryContract('an embedded database that another shares', beside())

describe('an embedded database that its holder shares', () => {
  it('is worked with by another process as if it were its own', async () => {
    const { home, holder: held, other } = await pair()
    expect([held.kind, other.kind]).toEqual(['embedded', 'shared'])
    await other.execute('create table t (n integer, s text)')
    await other.copyIn('copy t from stdin', [Buffer.from('1\ta\n'), Buffer.from('2\t\\N\n')])
    await held.query('insert into t values (3, $1)', ['held'])
    expect(await other.query('select * from t order by n')).toEqual([
      { n: '1', s: 'a' },
      { n: '2', s: null },
      { n: '3', s: 'held' },
    ])
    const undone = other.transaction(async session => {
      await session.query('delete from t')
      await session.copyIn('copy t from stdin', [Buffer.from('nonsense\n')])
    })
    await expect(undone).rejects.toThrow(/invalid input syntax|missing data/)
    expect(await held.query('select count(*) as n from t')).toEqual([{ n: '3' }])
    await other.close()
    await held.close()
    expect(await isShared(join(home, 'database'))).toBe(false)
  })

  it('lets this user in, and nobody else', async () => {
    const { home, holder: held, other } = await pair()
    const folder = socketFolder(join(home, 'database'))!
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, '.s.PGSQL.5432')).mode & 0o777).toBe(0o600)
    await other.close()
    await held.close()
  })

  it('is found where the path of the home is too long for a socket', async () => {
    const home = newHome('long-'.repeat(30))
    const held = await openDatabase({ folder: home })
    await held.share()
    const short = socketFolder(join(home, 'database'))!
    expect(short.length).toBeLessThan(60)
    const other = await openDatabase({ folder: home })
    expect(await other.query('select 1 as one')).toEqual([{ one: '1' }])
    await other.close()
    await held.close()
    expect(existsSync(short), 'nothing is left of it').toBe(false)
  })

  it('gives ten that write at once their turn', async () => {
    const { home, holder: held, other } = await pair()
    await held.execute('create table counter (n integer); insert into counter values (0)')
    const others = await Promise.all(
      Array.from({ length: 10 }, () => openDatabase({ folder: home })),
    )
    const increase = (database: Database): Promise<void> =>
      database.transaction(async session => {
        const [row] = await session.query('select n from counter')
        await session.query('update counter set n = $1::integer', [Number(row!['n']) + 1])
      })
    const rounds = Array.from({ length: 10 }, () => [held, ...others].map(increase))
    await Promise.all(rounds.flat())
    expect(await other.query('select n from counter')).toEqual([{ n: '110' }])
    await Promise.all([...others, other].map(one => one.close()))
    await held.close()
  })

  it('keeps to its own settings, whatever another sets', async () => {
    const { holder: held, other } = await pair()
    await other.execute(`set timezone = 'Asia/Tokyo'`)
    expect(await held.query('show timezone')).toEqual(await other.query('show timezone'))
    await other.close()
    await held.close()
  })

  it('undoes a transaction that is left open, and goes on', async () => {
    const { holder: held, other } = await pair({ idleMs: 50 })
    await held.execute('create table t (n integer)')
    const stuck = other.transaction(async session => {
      await session.query('insert into t values (1)')
      await held.query('select 1')
      await session.query('insert into t values (2)')
    })
    expect((await refusal(stuck)).code).toBe('DATABASE_AWAY')
    expect(await held.query('select count(*) as n from t')).toEqual([{ n: '0' }])
    await other.close()
    await held.close()
  })

  it('outlives who speaks another protocol, or copies what nobody sends', async () => {
    const { home, holder: held, other } = await pair()
    const socket = connect(join(socketFolder(join(home, 'database'))!, '.s.PGSQL.5432'))
    socket.end('GET / HTTP/1.1\r\n\r\n')
    await new Promise(done => socket.resume().once('close', done))
    await other.execute('create table t (n integer)')
    for (const sql of [`begin; copy t from '/dev/blob'`, 'select 1; copy t from stdin']) {
      await expect(other.execute(sql)).rejects.toThrow(/copies rows from stdin alone/)
    }
    await expect(other.copyIn('copy missing from stdin', [Buffer.from('1\n')])).rejects.toThrow(
      /"missing" does not exist/,
    )
    expect(await other.query('select count(*) as n from t')).toEqual([{ n: '0' }])
    await other.close()
    await held.close()
  })

  it('is fetched into by one at a time for each data set', async () => {
    const { home, holder: held, other } = await pair()
    const [mine, others] = [held, other].map(database => createFetchRepository(database, home))
    const key = { symbol: 'A-B', timeframe: '1m', source: 'file' }
    await mine!.alone(key, async () => {
      expect((await refusal(others!.alone(key, () => Promise.resolve()))).code).toBe('FETCH_BUSY')
      await others!.alone({ ...key, symbol: 'C-D' }, () => Promise.resolve())
    })
    await others!.alone(key, () => Promise.resolve())
    await other.close()
    await held.close()
  })

  it('is taken over by who works with it, when its holder has ended', async () => {
    const { home, holder: held, other } = await pair()
    await other.share()
    await held.execute('create table t (n integer)')
    await held.close()
    const answers = await Promise.all(
      [1, 2, 3].map(n => other.query(`insert into t values (${n}) returning n`)),
    )
    expect(answers.flat()).toHaveLength(3)
    expect(other.kind).toBe('embedded')
    const third = await openDatabase({ folder: home })
    expect(third.kind, 'it shares in its turn').toBe('shared')
    expect(await third.query('select count(*) as n from t')).toEqual([{ n: '3' }])
    await third.close()
    await other.close()
  })
})

describe('processes that are killed', { concurrent: false, timeout: 120_000 }, () => {
  const small = join(root, 'small.csv')
  writeFileSync(small, [HEADER, ...csvRows(100)].join('\n'))
  const large = join(root, 'large.csv')
  writeFileSync(large, [HEADER, ...csvRows(300_000)].join('\n'))
  const KEY = { symbol: 'KILLED', timeframe: '1m' }

  it('in a transaction leave nothing of it, and hold up nobody', async () => {
    const home = newHome()
    const held = await openDatabase({ folder: home })
    await held.share()
    await held.execute('create table t (n integer)')
    const client = program(
      `await database.transaction(async session => {
         await session.query('insert into t values (1)')
         console.log('inside')
         await new Promise(() => setInterval(() => undefined, 1000))
       })`,
      home,
    )
    await client.said('inside')
    const waiting = held.query('select count(*) as n from t')
    client.child.kill('SIGKILL')
    expect(await waiting).toEqual([{ n: '0' }])
    await client.gone
    await held.close()
  })

  it('the moment that candles are stored leave a catalogue that has them', async () => {
    const home = newHome()
    const held = await openDatabase({ folder: home })
    await held.share()
    const client = program(
      `const library = createCandleLibrary({ home: folder, embedded: true, database: async () => database })
       const write = async (key, change) => {
         await createCandleRepository(database).write(key, change)
         process.kill(process.pid, 'SIGKILL')
       }
       const key = { symbol: 'KILLED', timeframe: '1m' }
       await importFiles([args[0]], { key }, { library: { ...library, write } })`,
      home,
      small,
    )
    await client.gone
    expect(client.child.signalCode).toBe('SIGKILL')
    expect(createCatalogue(home).read(true)).toMatchObject([{ ...KEY, count: 100 }])
    await held.close()
    expect(createCatalogue(home).read(false)).toMatchObject([{ ...KEY, count: 100 }])
  })

  it('or told to end, end in good order beside clients that are connected', async () => {
    const home = newHome()
    const holding = program(
      `await database.share()
       const alive = setInterval(() => undefined, 1000)
       process.once('SIGTERM', async () => {
         clearInterval(alive)
         await database.close()
         console.log('closed')
       })
       console.log('shared')`,
      home,
    )
    await holding.said('shared')
    const other = await openDatabase({ folder: home })
    await importFiles([small], { key: KEY }, { library: libraryOf(home, other) })
    holding.child.kill('SIGTERM')
    await holding.said('closed')
    await holding.gone
    expect(holding.child.exitCode).toBe(0)
    expect(createCatalogue(home).read(false)).toMatchObject([{ ...KEY, count: 100 }])
    await other.close()
  })

  it('while an import goes through them leave it undone, and the catalogue right', async () => {
    const home = newHome()
    const holding = program(HOLDER, home)
    await holding.said('shared')
    const other = await openDatabase({ folder: home })
    expect(other.kind).toBe('shared')
    const { dataSet } = await importFiles(
      [small],
      { key: KEY },
      { library: libraryOf(home, other) },
    )
    const importing = importFiles(
      [large],
      { key: KEY },
      {
        library: libraryOf(home, other),
        onProgress: rows => void (rows > 150_000 && holding.child.kill('SIGKILL')),
      },
    )
    const error = await refusal(importing)
    expect(error.code).toBe('DATABASE_AWAY')
    expect(error.message).toMatch(/process that held the embedded database .* has ended/)
    await holding.gone
    expect(createCatalogue(home).read(false), 'not believed').toBe(undefined)
    expect((await libraryOf(home, other).load('KILLED', '1m')).dataSet).toEqual(dataSet)
    expect(other.kind, 'held by who is left').toBe('embedded')
    const whole = await importFiles([large], { key: KEY }, { library: libraryOf(home, other) })
    expect(whole).toMatchObject({ imported: 299_900, unchanged: 100 })
    await other.close()
    expect(createCatalogue(home).read(false)).toMatchObject([{ ...KEY, count: 300_000 }])
  })
})
