import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, whyNoPostgres, type PostgresServer } from '../postgres-server.js'
import { assayJson, assayWith, scratch } from './assay.js'
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
