import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { assay, assayJson, scratch } from './assay.js'
import { tradedFolder } from './prepared-home.js'

it('a copy of a home that nobody works with has all that was in it, to the hash', async () => {
  const home = await tradedFolder()
  await assayJson(home, 'keys', 'create', '--scope', 'read')
  const copy = scratch()
  cpSync(join(home, '.assay'), join(copy, '.assay'), { recursive: true })
  for (const list of ['runs', 'sweeps', 'sessions', 'promotions', 'keys', 'data']) {
    const before = await assay(home, list, 'list', '--json')
    expect(before.code, before.err).toBe(0)
    const { out, code } = await assay(copy, list, 'list', '--json')
    expect({ out, code }, list).toEqual({ out: before.out, code: 0 })
  }
  const verified = await assay(copy, 'runs', 'verify', 'latest')
  expect(verified.out, verified.err).toMatch(/^verified/)
  const [session] = (await assayJson(copy, 'sessions', 'list'))['sessions'] as unknown as {
    session_id: string
  }[]
  const events = await assay(copy, 'events', 'verify', '--session', session!.session_id)
  expect(events.code, events.out + events.err).toBe(0)
}, 120_000)
