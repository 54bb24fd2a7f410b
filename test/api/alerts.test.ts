import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventAlerts, standingAlerts, type Alert } from '../../src/app/alerts/alert.js'
import { ChannelReport } from '../../src/app/notifications/channel-report.js'
import type { ChannelState } from '../../src/core/ports/trading/channels.js'
import type { SessionRecord, SessionStatus } from '../../src/core/ports/trading/sessions.js'
import { createSessionRepository } from '../../src/data/store/sessions/session-repository.js'
import { openApi, type ApiHouse } from './api-house.js'
import { eventSource } from './event-source.js'

const AT = Date.UTC(2026, 2, 2, 12)

let house: ApiHouse
let trader: string
let admin: string

beforeAll(async () => {
  house = await openApi()
  trader = await house.key({ scope: 'trade', name: 'night' })
  admin = await house.key()
}, 120_000)
afterAll(() => house.close())

interface Shown {
  readonly id: string
  readonly kind: string
  readonly session_id: string
  readonly count: number
  readonly acknowledged: { readonly actor: string; readonly note: string } | null
}

async function alerts(query = ''): Promise<readonly Shown[]> {
  const answer = await house.ask('GET', `/v1/alerts${query}`, { key: trader })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json<{ items: readonly Shown[] }>().items
}

const acknowledge = (id: string, key = trader, note = 'seen') =>
  house.ask('POST', `/v1/alerts/${id}/acknowledge`, { key, body: { note } })

/** Stores events of a type in a session. */
async function happened(sessionId: string, from: number, types: readonly string[]): Promise<void> {
  const store = createSessionRepository(await house.workspace.database())
  const { record } = (await store.find(sessionId))!
  const events = types.map((type, k) => ({
    seq: from + k,
    time: AT + from + k,
    type,
    payload: { limit: 'max_daily_loss', value: 0.06, threshold: 0.05, message: 'x' },
    linkHash: null,
  }))
  const rest = { inputs: [], trades: [], marks: [], answers: [], snapshot: null }
  await store.commit(sessionId, 1, house.workspace.clock.now(), {
    ...rest,
    events,
    status: record.status!,
  })
}

describe('alerts', { shuffle: false }, () => {
  it('stay on top until somebody has seen them, and come back when it happens again', async () => {
    const source = await eventSource(house.workspace, 'aaaa-breached')
    await source.add(2)
    const { sessionId } = source
    expect(await alerts()).toEqual([])
    await happened(sessionId, 2, ['risk.breached', 'even', 'risk.breached'])
    const [first] = await alerts()
    expect(first).toMatchObject({ kind: 'RiskBreached', count: 2, acknowledged: null })
    const counted = async (): Promise<string | undefined> => {
      const { body } = await house.ask('GET', '/metrics', { key: trader })
      return /^assay_alerts_unseen\{urgency="\w+",mode="\w+"\} ([1-9]\d*)$/m.exec(body)?.[1]
    }
    await expect.poll(counted, { timeout: 20_000 }).toBe('1')
    const reader = await house.key({ scope: 'research' })
    expect((await acknowledge(first!.id, reader)).statusCode).toBe(403)
    const seen = await acknowledge(first!.id)
    const actor = `api:${trader.split('_')[1]}:night`
    expect(seen.json()).toMatchObject({ id: first!.id, acknowledged: { actor, note: 'seen' } })
    // Whoever comes second finds who was first.
    expect((await acknowledge(first!.id, admin, 'late')).json()).toEqual(seen.json())
    expect(await alerts('?acknowledged=false')).toEqual([])
    expect(await alerts('?acknowledged=true')).toHaveLength(1)
    await happened(sessionId, 5, ['risk.breached'])
    const [again] = await alerts()
    expect(again).toMatchObject({ kind: 'RiskBreached', count: 1, acknowledged: null })
    expect(again!.id).not.toBe(first!.id)
    expect((await acknowledge(first!.id)).json()).toMatchObject({ code: 'UNKNOWN_ALERT' })
    const audit = await house.ask('GET', '/v1/audit?limit=1000', { key: admin })
    const acts = audit.json<{ items: { type: string; payload: object }[] }>().items
    expect(acts.filter(({ type }) => type === 'alert.acknowledged')).toMatchObject([
      { payload: { actor, kind: 'RiskBreached', session_id: sessionId, note: 'seen' } },
    ])
  })

  it('of what lasts go when it is over, those that nobody has seen before the others', async () => {
    const { sessionId } = await eventSource(house.workspace, 'bbbb-gone', AT)
    // A week is over since: what ran then and runs still is told of all the same.
    const gone = (await alerts()).find(one => one.session_id === sessionId)
    expect(gone).toMatchObject({ kind: 'SessionGone', acknowledged: null })
    await acknowledge(gone!.id)
    const order = (await alerts()).map(({ acknowledged }) => acknowledged !== null)
    expect(order).toEqual([false, true])
    const store = createSessionRepository(await house.workspace.database())
    await store.end(sessionId, 1, { state: 'stopped', reason: 'x', resultHash: null })
    expect((await alerts()).filter(one => one.session_id === sessionId)).toEqual([])
  })
})

const STATUS: SessionStatus = {
  time: AT,
  equity: 1,
  prices: {},
  positions: [],
  orders: [],
  fedAt: AT,
  isStale: false,
  holds: [],
  trading: 'active',
  isPaused: false,
}
const HELD = {
  symbol: 'SOL-USDC',
  strategy: 'one',
  quantity: 1,
  entryPrice: 1,
  price: 1,
  unrealised: 0,
  stop: null,
  target: null,
  openedAt: AT - 5,
}
const OPEN = { id: 'o1', symbol: 'SOL-USDC', strategy: 'one', side: 'buy', kind: 'market' } as const

describe('what is wrong with a session', () => {
  const kindsOf = (status: Partial<SessionStatus>, more: Partial<SessionRecord> = {}) =>
    standingAlerts(
      {
        sessionId: 'one',
        mode: 'live',
        state: 'running',
        beatAt: AT,
        reason: null,
        status: { ...STATUS, ...status },
        ...more,
      } as SessionRecord,
      AT,
    ).map(({ kind, urgency, number }): [string, string, number] => [kind, urgency, number])

  it.each<[string, Partial<SessionStatus>, [string, string, number][]]>([
    ['nothing', { positions: [{ ...HELD, stop: 1 }] }, []],
    ['a halt', { trading: 'halted' }, [['TradingHalted', 'alarm', 0]]],
    ['no stop', { positions: [HELD] }, [['PositionWithoutStop', 'alarm', AT - 5]]],
    ['a stale feed', { isStale: true }, [['FeedStale', 'warning', AT]]],
    ['held entries', { holds: ['a', 'b'] }, [0, 0].map(k => ['EntriesHeld', 'warning', k])],
    [
      'an unknown order',
      { orders: [{ ...OPEN, state: 'unknown', price: null, size: 1 }] },
      [['OrderUnknown', 'alarm', 0]],
    ],
  ])('is %s', (_, status, expected) => {
    expect(kindsOf(status)).toEqual(expected)
  })

  it('is its end, where it failed or nobody runs it', () => {
    expect(kindsOf({}, { beatAt: AT - 60_000 })).toEqual([['SessionGone', 'alarm', AT - 60_000]])
    expect(kindsOf({ holds: ['x'] }, { state: 'failed', reason: 'x' })).toEqual([
      ['SessionFailed', 'alarm', AT],
    ])
    expect(kindsOf({ trading: 'halted' }, { state: 'stopped' })).toEqual([])
    const stale = kindsOf({ isStale: true, positions: [{ ...HELD, stop: 1 }] })
    expect(stale, 'with a position open').toEqual([['FeedStale', 'alarm', AT]])
  })

  it('is written up for each kind', () => {
    const text = readFileSync(join(import.meta.dirname, '../../docs/alerts.md'), 'utf8')
    const kinds: Record<Alert['kind'], true> = {
      SessionGone: true,
      SessionFailed: true,
      TradingHalted: true,
      OrderUnknown: true,
      FeedStale: true,
      PositionWithoutStop: true,
      EntriesHeld: true,
      RiskBreached: true,
      SessionError: true,
      SettingsRefused: true,
    }
    for (const kind of Object.keys(kinds)) expect(text, kind).toMatch(`## ${kind}\n`)
  })

  it('is one alert for what happens again and again', () => {
    const event = (number: number, sessionId: string, type: string) => ({
      number,
      sessionId,
      type,
      seq: number,
      time: AT + number,
      payload: { message: `m${number}` },
    })
    const found = eventAlerts(
      [event(4, 'one', 'error'), event(3, 'two', 'error'), event(2, 'one', 'error')],
      new Map([['one', 'live']]),
    )
    expect(found).toMatchObject([
      { kind: 'SessionError', sessionId: 'one', number: 4, count: 2, mode: 'live' },
      { kind: 'SessionError', sessionId: 'two', number: 3, count: 1 },
    ])
    expect(found[0]!.text).toContain('m4')
  })
})

it('how channels fare is noted when it changes, and shown without a secret', async () => {
  const { sessionId } = await eventSource(house.workspace, 'cccc-told')
  let state: ChannelState = {
    channel: 'desk',
    type: 'telegram',
    kinds: ['order.*'],
    sent: 0,
    failed: 0,
    waiting: 0,
    sentAt: null,
    failedAt: null,
    problem: null,
  }
  let asked = 0
  const report = new ChannelReport(
    sessionId,
    () => [state],
    () => {
      asked++
      return asked === 1 ? Promise.reject(new Error('away')) : house.workspace.channelStates()
    },
  )
  const shown = async () =>
    (await house.ask('GET', '/v1/notifiers', { key: trader })).json<{ items: object[] }>().items
  await report.note()
  expect(await shown()).toMatchObject([{ session_id: sessionId, state: 'unused', sent_at: null }])
  await report.note()
  expect(asked, 'nothing has changed').toBe(2)
  state = { ...state, sent: 3, sentAt: AT, failedAt: AT - 1 }
  await report.note()
  expect(await shown()).toMatchObject([
    { state: 'works', sent: 3, sent_at: '2026-03-02T12:00:00Z' },
  ])
  state = { ...state, problem: 'no answer within 15000 ms', failedAt: AT + 1, waiting: 2 }
  await report.end()
  expect(await shown()).toMatchObject([{ state: 'fails', kinds: ['order.*'], waiting: 2 }])
})
