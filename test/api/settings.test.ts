import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tradedFolder } from '../cli/prepared-home.js'
import { openApi, type ApiHouse } from './api-house.js'
import { eventSource } from './event-source.js'

let folder: string
let house: ApiHouse
let key: string
let admin: string
const AT = '/v1/settings/SYNTH-USDC'

beforeAll(async () => {
  folder = await tradedFolder()
  house = await openApi({ home: join(folder, '.assay') })
  key = await house.key({ scope: 'trade', name: 'desk' })
  admin = await house.key()
}, 120_000)
afterAll(async () => {
  await house.close()
  rmSync(folder, { recursive: true, force: true })
})

const read = (): Promise<LightMyRequestResponse> => house.ask('GET', AT, { key })
const patch = (version: unknown, changes: object): Promise<LightMyRequestResponse> =>
  house.ask('PATCH', AT, {
    key,
    body: { changes },
    ...(version !== undefined && { headers: { 'if-match': String(version) } }),
  })

/** What the audit says of the last act of a type. */
interface Act {
  readonly type: string
  readonly payload: Record<string, unknown>
}

async function acted(): Promise<readonly Act[]> {
  const answer = await house.ask('GET', '/v1/audit?limit=1000', { key: admin })
  return answer.json<{ items: readonly Act[] }>().items
}

async function lastAct(type: string): Promise<Act['payload'] | undefined> {
  return (await acted()).findLast(one => one.type === type)?.payload
}

describe('settings', () => {
  it('are changed from the version that was seen, and from no other', async () => {
    const { etag } = (await read()).headers
    expect((await patch(undefined, { stop_loss: 0.01 })).json()).toMatchObject({ status: 428 })
    const changed = await patch(etag, { stop_loss: 0.011 })
    expect(changed.json()).toMatchObject({ risk: { stop_loss: 0.011 } })
    expect(changed.headers.etag).not.toBe(etag)
    const stale = await patch(etag, { stop_loss: 0.5 })
    expect(stale.json()).toMatchObject({ status: 412, code: 'SETTINGS_CHANGED' })
    const body = { risk: { stop_loss: 0.5 } }
    const replaced = await house.ask('PUT', AT, {
      key,
      body,
      headers: { 'if-match': String(etag) },
    })
    expect(replaced.json()).toMatchObject({ status: 412 })
    expect((await read()).json()).toEqual(changed.json())
    expect(await lastAct('settings.changed')).toMatchObject({
      actor: `api:${key.split('_')[1]}:desk`,
    })
  })

  it('let one of two writers in who have seen the same version, whichever part each changes', async () => {
    for (let turn = 0; turn < 5; turn++) {
      const { etag } = (await read()).headers
      const both = await Promise.all([
        patch(etag, { stop_loss: 0.02 + turn / 1000 }),
        patch(etag, { fast_ma: 10 + turn }),
      ])
      expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412])
    }
  })

  it('lose nothing of several writers who change a field each', async () => {
    const write = async (changes: object): Promise<void> => {
      for (;;) {
        const { statusCode } = await patch((await read()).headers.etag, changes)
        if (statusCode === 200) return
        expect(statusCode).toBe(412)
      }
    }
    const fields = [{ take_profit: 0.07 }, { stop_loss: 0.012 }, { time_stop: 40 }, { fast_ma: 9 }]
    await Promise.all(fields.map(write))
    const { risk, strategy } = (await read()).json<{ risk: object; strategy: object }>()
    expect(risk).toMatchObject({ take_profit: 0.07, stop_loss: 0.012, time_stop: 40 })
    expect(JSON.stringify(strategy)).toContain('"fast_ma":9')
  })

  it('stay as they are where one of several changes does not hold', async () => {
    const before = await read()
    const refused = await patch('*', { take_profit: 0.08, fast_ma: 100_000 })
    expect(refused.statusCode).toBe(400)
    expect((await read()).json()).toEqual(before.json())
  })
})

describe('a command', () => {
  it('is stored once, however often it is sent, with who ordered it', async () => {
    const { sessionId } = await eventSource(house.workspace, 'dddd-commanded')
    const at = `/v1/sessions/${sessionId}/commands`
    const headers = { 'idempotency-key': 'flatten-once' }
    const send = (body: object) => house.ask('POST', at, { key, headers, body })
    const all = await Promise.all(Array.from({ length: 20 }, () => send({ name: 'flatten' })))
    const first = all.find(({ statusCode }) => statusCode === 202)!
    for (const { statusCode } of all) expect([202, 409]).toContain(statusCode)
    expect((await send({ name: 'flatten' })).json()).toEqual(first.json())
    expect((await send({ name: 'kill' })).json()).toMatchObject({ status: 422 })
    const { items } = (await house.ask('GET', at, { key })).json<{ items: { id: number }[] }>()
    expect(items).toHaveLength(1)
    const actor = `api:${key.split('_')[1]}:desk`
    expect(items[0]).toMatchObject({ actor, command: { name: 'flatten' }, outcome: null })
    expect(first.headers.location).toBe(`${at}/${items[0]!.id}`)
    expect(await lastAct('session.commanded')).toMatchObject({ actor, session_id: sessionId })
  })

  it.each(['its answer could not be kept', 'its server died before it was answered'])(
    'is found again by its key where %s',
    async how => {
      const { sessionId } = await eventSource(house.workspace, `eeee-${how.slice(4, 10)}`)
      const at = `/v1/sessions/${sessionId}/commands`
      const headers = { 'idempotency-key': `lost because ${how}`.replaceAll(' ', '-') }
      const send = () => house.ask('POST', at, { key, headers, body: { name: 'pause' } })
      const answers = house.workspace.answers.bind(house.workspace)
      const deaf = async () => ({
        ...(await answers()),
        keep: () => Promise.reject(new Error('x')),
      })
      Object.assign(house.workspace, { answers: deaf })
      expect((await send()).statusCode).toBe(500)
      Object.assign(house.workspace, { answers })
      if (how.includes('died')) {
        const database = await house.workspace.database()
        const give = (to: string) =>
          database.query(`update kept_answers set server_id = '${to}' where idempotency_key = $1`, [
            headers['idempotency-key'],
          ])
        const servers = await house.workspace.servers()
        await servers.beat({ serverId: 'another', owner: 'of another machine' })
        await give('another')
        expect((await send()).json(), 'its server lives').toMatchObject({ code: 'STILL_RUNNING' })
        await servers.remove(['another'])
      }
      const answer = await send()
      expect(answer.statusCode, answer.body).toBe(202)
      const { items } = (await house.ask('GET', at, { key })).json<{ items: { id: number }[] }>()
      expect(items.map(({ id }) => id)).toEqual([answer.json<{ id: number }>().id])
      expect((await send()).headers['idempotent-replayed']).toBe('true')
      const acts = (await acted()).filter(({ type }) => type === 'session.commanded')
      const told = acts.filter(({ payload }) => payload['session_id'] === sessionId)
      expect(told, 'a line of the audit log, once').toHaveLength(1)
    },
  )
})

describe('lists', () => {
  it.each([
    ['/v1/trades?session=FINISHED', 'number'],
    ['/v1/runs?symbol=SYNTH-USDC', 'run_id'],
  ])('of %s come page by page, each item once, in one order', async (path, id) => {
    const finished = await house.ask('GET', '/v1/sessions?state=finished', { key })
    const [session] = finished.json<{ items: { session_id: string }[] }>().items
    const list = path.replace('FINISHED', session!.session_id)
    const read = async (more: string) => {
      const answer = await house.ask('GET', `${list}&${more}`, { key })
      expect(answer.statusCode, answer.body).toBe(200)
      return answer.json<{ items: Record<string, unknown>[]; next: string | null }>()
    }
    const whole = await read('limit=1000')
    expect(whole.items.length).toBeGreaterThan(0)
    expect(whole.next).toBeNull()
    const seen: Record<string, unknown>[] = []
    for (let next: string | null = ''; next !== null;) {
      const page = await read(`limit=1${next && `&cursor=${next}`}`)
      expect(page.items.length).toBeLessThanOrEqual(1)
      seen.push(...page.items)
      next = page.next
    }
    expect(seen.map(one => one[id])).toEqual(whole.items.map(one => one[id]))
    const foreign = Buffer.from(JSON.stringify(['[]', 'x', 'y'])).toString('base64url')
    const refused = await house.ask('GET', `${list}&cursor=${foreign}`, { key })
    expect(refused.statusCode).toBe(400)
  })
})
