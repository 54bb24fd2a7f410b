import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { Notice } from '../../../src/live/notifiers/notice.js'
import {
  readSettings,
  type NotifierSettings,
} from '../../../src/live/notifiers/notifier-settings.js'
import {
  createNotifiers,
  testChannels,
  type Notifiers,
} from '../../../src/live/notifiers/notifiers.js'
import { QUEUE_LIMITS } from '../../../src/live/notifiers/outbound-queue.js'
import { mailServer, webServer, type Posted, type StandIn } from './stand-ins.js'

const SECRETS = {
  HOOK_SECRET: 'hook-topsecret',
  BOT_TOKEN: '123:bot-topsecret',
  MAIL_PASSWORD: 'mail-topsecret',
}
const QUICK = { ...QUEUE_LIMITS, firstPauseMs: 5, longestPauseMs: 10, tryMs: 400 }

const cleaning: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean()
})

/** The other side of a kind of channel, and how a configuration names it. */
interface Place {
  readonly standIn: StandIn
  readonly channel: NotifierSettings['channels'][string]
}

const PLACES: Readonly<Record<string, () => Promise<Place>>> = {
  webhook: async () => {
    const standIn = await webServer(({ body }, mood) => {
      if (mood === 'refusing') return { status: 410 }
      if (mood === 'failing') return { status: 500 }
      return { status: 204, heard: (JSON.parse(body) as { text: string }).text }
    })
    const url = `http://127.0.0.1:${standIn.port}/hook`
    return { standIn, channel: { type: 'webhook', url, secret_env: 'HOOK_SECRET' } }
  },
  telegram: async () => {
    const standIn = await webServer(({ body }, mood) => {
      if (mood === 'refusing')
        return {
          status: 403,
          body: { ok: false, error_code: 403, description: 'Forbidden: bot was blocked' },
        }
      if (mood === 'failing')
        return { status: 502, body: { ok: false, error_code: 502, description: 'Bad Gateway' } }
      const { text } = JSON.parse(body) as { text: string }
      return { status: 200, body: { ok: true, result: { message_id: 1 } }, heard: text }
    })
    const root = `http://127.0.0.1:${standIn.port}`
    return { standIn, channel: { type: 'telegram', chat: '42', token_env: 'BOT_TOKEN', root } }
  },
  email: async () => {
    const standIn = await mailServer()
    return {
      standIn,
      channel: {
        type: 'email',
        host: '127.0.0.1',
        port: standIn.port,
        tls: 'none',
        from: 'assay@example.org',
        to: ['desk@example.org'],
        user: 'assay',
        password_env: 'MAIL_PASSWORD',
      },
    }
  },
}

let seq = 0
const event = (kind: string, payload: Record<string, unknown> = {}): Notice => ({
  seq: seq++,
  time: Date.UTC(2026, 0, 2, 3, 4, 5),
  session: 's1',
  kind,
  payload,
})
const UNKNOWN = { symbol: 'SOL-USDC', order: 'o7', side: 'buy', size: '10 SOL' }

async function placed(
  type: string,
  limits = {},
): Promise<Place & { notifiers: Notifiers; problems: string[] }> {
  const place = await PLACES[type]!()
  const problems: string[] = []
  const settings = { channels: { desk: place.channel }, kinds: { '*': ['desk'] } }
  const world = { environment: SECRETS, log: (text: string) => void problems.push(text) }
  const notifiers = createNotifiers(readSettings(settings, 'test'), world, { ...QUICK, ...limits })
  cleaning.push(
    () => place.standIn.close(),
    () => notifiers.close(0),
  )
  return { ...place, notifiers, problems }
}

const until = (condition: () => boolean): Promise<void> =>
  expect.poll(condition, { timeout: 20_000, interval: 5 }).toBe(true)

describe.each(Object.keys(PLACES))('a channel of the type %s', type => {
  it('brings a line what has happened, and a line what to do', async () => {
    const { standIn, notifiers } = await placed(type)
    notifiers.notify(event('order.unknown', UNKNOWN))
    await until(() => standIn.heard.length === 1)
    const [text] = standIn.heard
    expect(text).toContain('ALARM, session s1, 2026-01-02T03:04:05Z')
    expect(text).toContain('SOL-USDC: nobody knows whether the order o7 (buy 10 SOL) has filled.')
    expect(text).toContain('assay reconcile --session s1')
  })

  it.each(['failing', 'silent'] as const)(
    'that is %s is tried again, and what piled up comes as one',
    async mood => {
      const { standIn, notifiers, problems } = await placed(type)
      standIn.mood = mood
      notifiers.notify(event('session.started', { mode: 'paper', symbols: ['SOL-USDC'] }))
      await until(() => standIn.asked() >= 1)
      for (let k = 0; k < 20; k++)
        notifiers.notify(event('feed.stale', { symbol: 'SOL-USDC', age_seconds: k }))
      notifiers.notify(event('order.unknown', UNKNOWN))
      await until(() => problems.length >= 1)
      standIn.mood = 'well'
      await until(() => standIn.heard.length >= 1)
      await notifiers.close()
      const text = standIn.heard.at(-1)!.replace(/\s+/g, ' ')
      expect(standIn.heard).toHaveLength(1)
      expect(text).toContain('22 messages: 1 order.unknown, 20 feed.stale, 1 session.started')
      expect(text.indexOf('nobody knows'), 'the gravest first').toBeLessThan(
        text.indexOf('no fresh price'),
      )
      expect(text).toContain('and 14 more')
    },
  )

  it('that refuses is not asked again, and what is lost is told with the next', async () => {
    const { standIn, notifiers, problems } = await placed(type)
    standIn.mood = 'refusing'
    notifiers.notify(event('redis.away'))
    await until(() => problems.length === 1)
    expect(problems[0]).toMatch(/notifications to "desk": 1 messages are given up after 1 tries/)
    standIn.mood = 'well'
    notifiers.notify(event('redis.back', { away_seconds: 3 }))
    await until(() => standIn.heard.length === 1)
    expect(standIn.heard[0]).toContain('1 earlier ones were lost')
    await until(() => notifiers.states()[0]!.sent === 1)
    const [state] = notifiers.states()
    expect(state).toMatchObject({ channel: 'desk', type, kinds: ['*'], failed: 1, waiting: 0 })
    expect(state!.problem, 'it works again').toBeNull()
    expect(state!.sentAt).toBeGreaterThanOrEqual(state!.failedAt!)
  })

  it('never holds up who tells it, and keeps no more than its bound', async () => {
    const { standIn, notifiers } = await placed(type, { waitingMax: 50, tryMs: 100 })
    standIn.mood = 'silent'
    notifiers.notify(event('order.unknown', UNKNOWN))
    for (let k = 0; k < 5_000; k++) notifiers.notify(event('trade.opened', { symbol: `S${k}` }))
    expect(standIn.asked(), 'nothing is done before it returns').toBe(0)
    await until(() => standIn.asked() >= 1)
    standIn.mood = 'well'
    await until(() => standIn.heard.length >= 1)
    await notifiers.close()
    const text = standIn.heard.join('\n').replace(/\s+/g, ' ')
    expect(text).toMatch(/4951 earlier ones were lost/)
    expect(text, 'alarms stay').toContain('order o7')
    expect(text).toContain('S4999')
  })

  it('tells nothing of its secret where it fails', async () => {
    const { standIn, notifiers, problems } = await placed(type, { triesMax: 2 })
    await standIn.close()
    notifiers.notify(event('redis.away'))
    await until(() => problems.some(text => text.includes('given up after 2 tries')))
    expect(problems.join('\n')).not.toMatch(/topsecret/)
    const states = notifiers.states()
    expect(JSON.stringify(states)).not.toMatch(/topsecret/)
    expect(states).toMatchObject([{ sent: 0, failed: 1, sentAt: null }])
    expect(states[0]!.problem).not.toBeNull()
    expect(standIn.heard).toEqual([])
  })

  it('ends in time, though the other side is silent', async () => {
    const { standIn, notifiers, problems } = await placed(type, { tryMs: 60_000 })
    standIn.mood = 'silent'
    notifiers.notify(event('redis.away'))
    await until(() => standIn.asked() >= 1)
    await notifiers.close(10)
    expect(problems).toEqual(['notifications to "desk": 1 messages were not sent'])
    notifiers.notify(event('redis.back'))
  })

  it('is tested alone', async () => {
    const { standIn, channel } = await placed(type)
    const settings = readSettings(
      { channels: { one: channel, here: { type: 'log' } }, kinds: {} },
      'test',
    )
    const said: string[] = []
    const world = { environment: SECRETS, log: (text: string) => void said.push(text) }
    expect(await testChannels(settings, world, 0)).toEqual([
      { channel: 'one', type, ok: true, reason: null },
      { channel: 'here', type: 'log', ok: true, reason: null },
    ])
    expect(standIn.heard[0]).toContain('This is a test')
    expect(said.join()).toContain('This is a test')
    standIn.mood = 'refusing'
    const [refused] = await testChannels(settings, world, 0)
    expect(refused).toMatchObject({ channel: 'one', ok: false })
    standIn.mood = 'silent'
    const [silent] = await testChannels(settings, world, 0, 50)
    expect(silent!.reason).toMatch(/no answer within 50 ms/)
    const [unset] = await testChannels(settings, { ...world, environment: {} }, 0)
    expect(unset!.reason).toMatch(/needs the variable [A-Z_]+, which is not set/)
  })
})

describe('a webhook', () => {
  it('is signed over its time and its body', async () => {
    const { standIn, notifiers } = await placed('webhook')
    notifiers.notify(event('cap.reached', { cap: 'worth of a day', value: '11', bound: '10' }))
    await until(() => standIn.heard.length === 1)
    const [{ headers, body }] = (standIn as unknown as { posts: [Posted] }).posts
    const time = String(headers['assay-timestamp'])
    const expected = createHmac('sha256', SECRETS.HOOK_SECRET)
      .update(`${time}.${body}`)
      .digest('hex')
    expect(headers['assay-signature']).toBe(`sha256=${expected}`)
    expect(JSON.parse(body)).toMatchObject({
      urgency: 'warning',
      messages: [{ kind: 'cap.reached', session: 's1', payload: { cap: 'worth of a day' } }],
    })
  })
})

describe('a channel of Telegram', () => {
  it('waits as long as it is told to', async () => {
    let isBusy = true
    const standIn = await webServer(({ body }) => {
      if (isBusy) {
        isBusy = false
        const parameters = { retry_after: 0.03 }
        return {
          status: 429,
          body: { ok: false, error_code: 429, description: 'Too Many Requests', parameters },
        }
      }
      return {
        status: 200,
        body: { ok: true, result: {} },
        heard: (JSON.parse(body) as { text: string }).text,
      }
    })
    const root = `http://127.0.0.1:${standIn.port}`
    const channel = { type: 'telegram', chat: 42, token_env: 'BOT_TOKEN', root }
    const settings = readSettings({ channels: { chat: channel }, kinds: { '*': ['chat'] } }, 'test')
    const notifiers = createNotifiers(
      settings,
      { environment: SECRETS, log: () => undefined },
      { ...QUICK, longestPauseMs: 1000 },
    )
    cleaning.push(
      () => standIn.close(),
      () => notifiers.close(0),
    )
    notifiers.notify(event('redis.away'))
    await until(() => standIn.heard.length === 1)
    expect(standIn.asked()).toBe(2)
  })
})

describe('events', () => {
  it('go where their kind says, once a channel', async () => {
    const said: string[] = []
    const settings = readSettings(
      {
        channels: { here: { type: 'log' } },
        kinds: { 'order.*': ['here'], 'order.unknown': ['here'], 'redis.away': [] },
      },
      'test',
    )
    const notifiers = createNotifiers(settings, {
      environment: {},
      log: text => void said.push(text),
    })
    for (const kind of ['order.unknown', 'redis.away', 'trade.opened'])
      notifiers.notify(event(kind, UNKNOWN))
    await notifiers.close()
    expect(said).toHaveLength(1)
  })

  it('never throw at who tells of them, whatever they hold', async () => {
    const round: Record<string, unknown> = {}
    round['self'] = round
    const said: string[] = []
    const settings = readSettings(
      { channels: { here: { type: 'log' } }, kinds: { '*': ['here'] } },
      'test',
    )
    const notifiers = createNotifiers(settings, {
      environment: {},
      log: text => void said.push(text),
    })
    notifiers.notify(event('odd', round))
    notifiers.notify(event('trade.opened', { symbol: 'A\nB\u001b[2J', side: { a: 1n } }))
    notifiers.notify(undefined as unknown as Notice)
    await notifiers.close()
    expect(said).toHaveLength(3)
    expect(said.join('')).toMatch(/cannot be told of/)
  })
})
