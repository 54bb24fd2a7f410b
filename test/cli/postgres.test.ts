import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { binaries, startPostgres, whyNoPostgres, type PostgresServer } from '../postgres-server.js'
import { assayJson, assayWith, REPOSITORY, scratch } from './assay.js'
import { demoFolder } from './prepared-home.js'

const reason = whyNoPostgres()
if (reason !== undefined && process.env['ASSAY_CI'] === '1')
  throw new Error(`CI needs a PostgreSQL server: ${reason}`)
const title = 'the same commands with DATABASE_URL'

describe.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (${reason})`, () => {
  let server: PostgresServer
  let folder: string
  const onServer = (...args: string[]) => assayWith({ DATABASE_URL: server.url }, folder, ...args)

  beforeAll(async () => {
    server = await startPostgres()
    folder = scratch()
  })
  afterAll(() => server.stop())

  it('give the result of the embedded database, to the hash, and verify it', async () => {
    const embedded = (await assayJson(await demoFolder(), 'demo')) as Record<string, unknown>
    const { code, out, err } = await onServer('demo', '--json')
    expect([code, err.includes('error')]).toEqual([0, false])
    const result = JSON.parse(out) as Record<string, unknown>
    expect(result['result_hash']).toBe(embedded['result_hash'])
    expect(result['run_id']).toBe(embedded['run_id'])
    const verified = await onServer('runs', 'verify', String(result['run_id']))
    expect([verified.code, verified.out]).toEqual([0, expect.stringMatching(/^verified/)])
    const list = await onServer('data', 'list')
    expect(list.out).toMatch(/SYNTH-USDC/)
    const watched = await onServer('watch')
    expect([watched.code, watched.out]).toEqual([0, expect.stringContaining('no session is')])
  })

  it('find all again in a database that was restored from the backup of docs/deployment.md', async () => {
    const { run_id: run } = JSON.parse((await onServer('demo', '--json')).out) as { run_id: string }
    expect((await onServer('keys', 'create', '--scope', 'read')).code).toBe(0)
    const told = readFileSync(join(REPOSITORY, 'docs/deployment.md'), 'utf8')
    const [, script = ''] = /## Backups[^]*?```sh\n([^]*?)```/.exec(told) ?? []
    const [dump, restore, look] = script.trim().split('\n')
    expect([dump, restore]).toEqual([
      expect.stringMatching(/^pg_dump /),
      expect.stringMatching(/pg_restore /),
    ])
    // The day of the backup is that of today.
    const lines = [dump, restore!.replace(/assay-[\d-]+\.dump/, 'assay-$(date +%F).dump')]
    const { hostname, port, username } = new URL(server.url)
    execFileSync('sh', ['-ec', lines.join('\n')], {
      cwd: folder,
      stdio: 'pipe',
      env: {
        PATH: `${binaries()}:${process.env['PATH']}`,
        DATABASE_URL: server.url,
        PGHOST: hostname,
        PGPORT: port,
        PGUSER: username,
      },
    })
    const [, name = ''] = /^DATABASE_URL=postgres:\/\/\/(\w+) assay doctor/.exec(look!) ?? []
    const url = new URL(server.url)
    url.pathname = name
    const restored = (...args: string[]) => assayWith({ DATABASE_URL: url.href }, folder, ...args)
    expect((await restored('doctor')).code).toBe(0)
    const lists = ['runs list --json', 'keys list --json']
    for (const list of lists) {
      const before = await onServer(...list.split(' '))
      expect(before.out.length).toBeGreaterThan(10)
      expect(await restored(...list.split(' '))).toEqual(before)
    }
    expect((await restored('runs', 'verify', run)).out).toMatch(/^verified/)
  })

  it('say in one line that the server is away, without its password', async () => {
    const { code, err } = await assayWith(
      { DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/none' },
      folder,
      'data',
      'list',
    )
    expect(code).toBe(2)
    expect(err).toMatch(/^error: .*127\.0\.0\.1:1/)
    expect(err).not.toMatch(/hunter2|\n\s+at /)
  })
})
