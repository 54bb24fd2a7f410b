import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../src/data/store/database.js'
import { migrate } from '../../../src/data/store/migrate.js'
import { describeDatabaseError } from '../../../src/data/postgres/postgres-errors.js'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../../postgres-server.js'
import { refusal } from '../import/import-kit.js'

const folder = mkdtempSync(join(tmpdir(), 'assay-database-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the embedded database', { shuffle: false }, () => {
  it('keeps what was written when opened again', async () => {
    const first = await openDatabase({ folder })
    await first.execute('create table kept (n int); insert into kept values (7)')
    await first.close()
    const again = await openDatabase({ folder })
    expect(await again.query('select n from kept')).toEqual([{ n: '7' }])
    await again.close()
  })

  it('clears away what a killed creation left', async () => {
    const home = join(folder, 'half')
    mkdirSync(join(home, 'database.new-99999'), { recursive: true })
    const database = await openDatabase({ folder: home })
    expect((await database.query('select 1 as one'))[0]).toEqual({ one: '1' })
    await database.close()
  })

  it('refuses a database of a newer Assay, and leaves it alone', async () => {
    const database = await openDatabase({ folder })
    await database.execute('update schema_version set version = 99')
    await database.close()
    const error = await refusal(openDatabase({ folder }))
    expect(error.code).toBe('DATABASE_VERSION')
    expect(error.message).toMatch(/99/)
  })

  it('runs migrations forward, each once, and nothing of a failing one', async () => {
    const database = await openDatabase({ folder: join(folder, 'migrations') })
    await database.execute(
      'drop table schema_version; create table schema_version (version integer not null); insert into schema_version values (1)',
    )
    const steps = ['unused', 'create table a (n int)', 'create table b (n int)']
    await migrate(database, steps)
    await migrate(database, steps)
    await expect(
      migrate(database, [...steps, 'create table c (n int)', 'nonsense']),
    ).rejects.toThrow()
    const [row] = await database.query(`select to_regclass('b') as b, to_regclass('c') as c`)
    expect(row).toEqual({ b: 'b', c: null })
    await database.close()
  })

  it('names a database that cannot start, and what to do', async () => {
    const home = join(folder, 'damaged')
    mkdirSync(join(home, 'database'), { recursive: true })
    writeFileSync(join(home, 'database/PG_VERSION'), 'nonsense')
    const error = await refusal(openDatabase({ folder: home }))
    expect(error.code).toBe('DISK')
    expect(error.message).toMatch(/embedded database in ".*damaged.database" cannot start/)
  })

  it('does not wait for a home folder that the system refuses', async () => {
    const error = await refusal(openDatabase({ folder: '/proc/nope/deeper' }))
    expect(error.code).toBe('DISK')
    expect(error.message).toContain('/proc/nope')
  })

  it('names a home folder that cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '')
    expect((await refusal(openDatabase({ folder: join(folder, 'file', 'home') }))).code).toBe(
      'DISK',
    )
  })
})

describe('errors of the database', () => {
  it('tell a full disk, and leave a bug what it is', () => {
    const full = Object.assign(new Error('could not extend file: No space left on device'), {
      code: '53100',
    })
    expect(describeDatabaseError(full, 'x')).toMatchObject({ code: 'DISK' })
    const bug = new Error('syntax error')
    expect(describeDatabaseError(bug, 'x')).toBe(bug)
  })

  it('tell a server that is not there, without the password', async () => {
    const url = 'postgres://me:topsecret@127.0.0.1:1/trades'
    const error = await refusal(openDatabase({ url, folder }))
    expect(error.code).toBe('DATABASE_AWAY')
    expect(error.message).toMatch(/"trades" at 127.0.0.1:1/)
    expect(JSON.stringify([error.message, error.hint, error.data])).not.toContain('topsecret')
  })

  it('tell an address that is none, without repeating it', async () => {
    for (const url of ['mysql://me:topsecret@host/db', 'topsecret']) {
      const error = await refusal(openDatabase({ url, folder }))
      expect(error.code).toBe('DATABASE_AWAY')
      expect(error.message).not.toContain('topsecret')
    }
  })

  it('tell a server that is too old', async () => {
    const server = await fakeServer('120010')
    const error = await refusal(openDatabase({ url: server.url, folder }))
    expect(error.code).toBe('DATABASE_VERSION')
    expect(error.message).toMatch(/PostgreSQL 12; Assay needs 13/)
    server.close()
  })
})

const missing = whyNoPostgres()
describe.skipIf(missing !== undefined && process.env['ASSAY_CI'] !== '1')(
  `a PostgreSQL server${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { shuffle: false },
  () => {
    let server: PostgresServer
    beforeAll(async () => void (server = await startPostgres()))
    afterAll(() => server.stop())

    it('without the named database is told', async () => {
      const error = await refusal(
        openDatabase({ url: server.url.replace('/postgres', '/absent'), folder }),
      )
      expect(error.code).toBe('DATABASE_AWAY')
      expect(error.hint).toMatch(/createdb/)
    })

    it('is migrated once by several programs at a time', async () => {
      const databases = await Promise.all(
        [1, 2, 3].map(() => openDatabase({ url: server.url, folder })),
      )
      expect(await databases[0]!.query('select version from schema_version')).toEqual([
        { version: '16' },
      ])
      await Promise.all(databases.map(database => database.close()))
    })

    it('that goes away in the middle is told', async () => {
      const database = await openDatabase({ url: server.url, folder })
      const work = database.transaction(async session => {
        await session.query('select pg_terminate_backend(pg_backend_pid())')
      })
      expect((await refusal(work)).code).toBe('DATABASE_AWAY')
      await database.close()
    })
  },
)

/** Speaks just enough of the protocol to say which version it is. */
async function fakeServer(version: string): Promise<{ url: string; close: () => void }> {
  const message = (type: string, ...body: Buffer[]): Buffer => {
    const content = Buffer.concat(body)
    const head = Buffer.alloc(5)
    head.write(type)
    head.writeInt32BE(content.length + 4, 1)
    return Buffer.concat([head, content])
  }
  const int = (n: number, bytes: 2 | 4): Buffer => {
    const b = Buffer.alloc(bytes)
    b.writeIntBE(n, 0, bytes)
    return b
  }
  const ready = message('Z', Buffer.from('I'))
  const name = Buffer.from('server_version_num\0')
  const row = message(
    'T',
    int(1, 2),
    name,
    int(0, 4),
    int(0, 2),
    int(25, 4),
    int(-1, 2),
    int(-1, 4),
    int(0, 2),
  )
  const data = message('D', int(1, 2), int(version.length, 4), Buffer.from(version))
  const done = message('C', Buffer.from('SHOW\0'))
  const server = createServer(socket => {
    let isStarted = false
    socket.on('error', () => undefined)
    socket.on('data', bytes => {
      if (!isStarted) {
        isStarted = true
        socket.write(Buffer.concat([message('R', int(0, 4)), ready]))
      } else if (bytes[0] !== 0x58)
        socket.write(Buffer.concat([message('1'), message('2'), row, data, done, ready]))
      else socket.end()
    })
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  const port = typeof address === 'object' ? address!.port : 0
  return { url: `postgres://me@127.0.0.1:${port}/old`, close: () => void server.close() }
}
