import { batch, computed, signal } from '@preact/signals'
import { ask, key, problemOf, Refused, wordsOf } from './client.js'
import { EventParser } from './event-parser.js'
import type {
  Alert,
  Me,
  Order,
  Page,
  Performance,
  Position,
  Session,
  StoredEvent,
} from './resources.js'

const EVENTS_KEPT = 300
const REFRESH_MS = 2_000
/** Changes that come at once are read once. */
const SETTLE_MS = 150
const RETRY_MS_MAX = 30_000

export const me = signal<Me | null>(null)
export const sessions = signal<readonly Session[] | null>(null)
export const positions = signal<readonly Position[]>([])
export const orders = signal<readonly Order[]>([])
export const performances = signal<readonly Performance[]>([])
/** What is wrong, what nobody has seen first; null before the server has said so. */
export const alerts = signal<readonly Alert[] | null>(null)
/** Newest first. */
export const events = signal<readonly StoredEvent[]>([])
/** When the server was last heard of, by this machine's clock; 0 for never. */
export const heardAt = signal(0)
/** Why it does not answer; empty where it does. */
export const trouble = signal('')
/** Whether the stream of events is open. */
export const isStreaming = signal(false)
/** Now, which ticks each second, so that ages are counted here. */
export const now = signal(Date.now())

/** The session that the page shows: the one chosen, else the first with money, else the first that runs. */
export const chosenId = signal<string | null>(null)
export const session = computed<Session | null>(() => {
  const all = sessions.value ?? []
  const chosen = all.find(one => one.session_id === chosenId.value)
  return chosen ?? all.find(({ mode }) => mode === 'live') ?? all[0] ?? null
})

/** Whether what is shown may be old: the server has not been heard of for long. */
export const isOld = computed(() => heardAt.value > 0 && now.value - heardAt.value > 20_000)

/** How many alerts nobody has seen. */
export const unseen = computed(
  () => (alerts.value ?? []).filter(one => one.acknowledged === null).length,
)

/** Whether the key may do what takes a scope. */
export function may(scope: Me['scope']): boolean {
  const order = ['read', 'research', 'trade', 'admin']
  return order.indexOf(me.value?.scope ?? '') >= order.indexOf(scope)
}

let stop = new AbortController()
let refreshing: Promise<void> | null = null

/** Begins to follow the server, until the key changes. */
export function follow(): void {
  stop.abort()
  stop = new AbortController()
  const { signal: ended } = stop
  if (key.value === '') return
  void ask<Me>('/v1/me').then(found => (me.value = found), note)
  const timer = setInterval(() => void refresh(), REFRESH_MS)
  ended.addEventListener('abort', () => clearInterval(timer))
  void refresh()
  void stream(ended)
}

/** Reads how things stand. */
export function refresh(): Promise<void> {
  refreshing ??= read().finally(() => (refreshing = null))
  return refreshing
}

async function read(): Promise<void> {
  if (key.value === '') return
  try {
    const [running, held, open, made, wrong] = await Promise.all([
      ask<Page<Session>>('/v1/sessions?state=running&limit=100'),
      ask<Page<Position>>('/v1/positions?limit=500'),
      ask<Page<Order>>('/v1/orders?limit=500'),
      ask<Page<Performance>>('/v1/performance?limit=100'),
      ask<Page<Alert>>('/v1/alerts?limit=100'),
    ])
    batch(() => {
      sessions.value = running.items
      positions.value = held.items
      orders.value = open.items
      performances.value = made.items
      alerts.value = wrong.items
      heardAt.value = Date.now()
      trouble.value = ''
    })
  } catch (error) {
    note(error)
  }
}

function note(error: unknown): void {
  trouble.value = wordsOf(error)
}

/** Number of the last event that was heard: what a stream that broke goes on after. */
let lastHeard = 0

/** Follows the events, and comes back after each break at the number that was last heard. */
async function stream(ended: AbortSignal): Promise<void> {
  await recent()
  for (let wait = 1000; !ended.aborted; wait = Math.min(wait * 2, RETRY_MS_MAX)) {
    const began = Date.now()
    try {
      await listen(ended)
    } catch (error) {
      if (ended.aborted) return
      // The store is another one than before: it has no such number.
      if (error instanceof Refused && error.problem.status === 410) await recent()
      else note(error)
    }
    if (Date.now() - began > 10_000) wait = 1000
    isStreaming.value = false
    await new Promise(done => setTimeout(done, wait * (0.75 + Math.random() / 2)))
  }
}

/** Reads the last events before now. */
async function recent(): Promise<void> {
  try {
    const probe = await ask<{ last: number }>('/v1/events/last')
    const since = Math.max(0, probe.last - EVENTS_KEPT)
    const { items } = await ask<Page<StoredEvent>>(`/v1/events?since=${since}&limit=${EVENTS_KEPT}`)
    events.value = items.toReversed()
    lastHeard = probe.last
  } catch (error) {
    note(error)
  }
}

async function listen(ended: AbortSignal): Promise<void> {
  const answer = await fetch(`/v1/events?since=${lastHeard}`, {
    headers: { authorization: `Bearer ${key.value}`, accept: 'text/event-stream' },
    signal: ended,
  })
  if (!answer.ok || answer.body === null) throw new Refused(await problemOf(answer))
  isStreaming.value = true
  const parser = new EventParser()
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    heardAt.value = Date.now()
    const fresh: StoredEvent[] = []
    for (const { id, name, data } of parser.push(value)) {
      if (id !== null) lastHeard = Number(id)
      if (name === 'bye') return
      if (name !== 'hello' && name !== 'position') fresh.push(JSON.parse(data) as StoredEvent)
    }
    if (fresh.length > 0) take(fresh)
  }
}

let settling = false

function take(fresh: readonly StoredEvent[]): void {
  events.value = [...fresh.toReversed(), ...events.value].slice(0, EVENTS_KEPT)
  if (settling) return
  settling = true
  setTimeout(() => {
    settling = false
    void refresh()
  }, SETTLE_MS)
}

setInterval(() => (now.value = Date.now()), 1000)
