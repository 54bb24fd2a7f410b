import { formatTime, type Millis } from '../../core/candles/time.js'

/** An event of a session, as it is stored. */
export interface Notice {
  /** Position in the store. */
  readonly seq: number
  /** When it happened, UTC milliseconds. */
  readonly time: Millis
  /** Id of the session. */
  readonly session: string
  /** What kind of event it is, such as `order.unknown`. */
  readonly kind: string
  /** Plain JSON: what the kind needs to be told of. */
  readonly payload: Readonly<Record<string, unknown>>
}

/** How soon somebody should look. */
export type Urgency = 'info' | 'warning' | 'alarm'

/** What a person reads: a line what has happened, and a line what to do. */
export interface NoticeText {
  readonly urgency: Urgency
  readonly what: string
  readonly todo: string
}

/** A notice with its text. */
export interface Message extends NoticeText {
  readonly notice: Notice
}

interface Wording {
  readonly urgency: Urgency
  readonly what: (payload: Fields) => string
  readonly todo: (session: string) => string
}

/** Reads a field of a payload as text; `?` where it is missing. */
type Fields = (name: string) => string

const nothing = (): string => 'Nothing to do.'
const look = (session: string): string => `Look: assay status --session ${session}`

/** The kinds that people are told of. A payload's fields are those that the texts name. */
const WORDINGS: Readonly<Record<string, Wording>> = {
  'session.started': {
    urgency: 'info',
    what: p => `The session has started: ${p('mode')}, ${p('symbols')}.`,
    todo: nothing,
  },
  'session.stopped': {
    urgency: 'warning',
    what: p => `The session has stopped: ${p('reason')}.`,
    todo: session =>
      `Nobody watches what it still holds. See assay positions --session ${session}, then start it again or flatten.`,
  },
  'trade.opened': {
    urgency: 'info',
    what: p =>
      `${p('symbol')}: ${p('side')} ${p('size')} opened at ${p('price')}, stop ${p('stop')}.`,
    todo: nothing,
  },
  'trade.closed': {
    urgency: 'info',
    what: p => `${p('symbol')}: closed at ${p('price')} (${p('reason')}), profit ${p('profit')}.`,
    todo: nothing,
  },
  'order.unknown': {
    urgency: 'alarm',
    what: p =>
      `${p('symbol')}: nobody knows whether the order ${p('order')} (${p('side')} ${p('size')}) has filled.`,
    todo: session =>
      `Do not trade with this wallet by hand. The session asks the chain until it knows; after 5 minutes run assay reconcile --session ${session}`,
  },
  'feed.stale': {
    urgency: 'warning',
    what: p =>
      `${p('symbol')}: no fresh price for ${p('age_seconds')} s. No entries until there is one.`,
    todo: session =>
      `Wait for it; open positions keep their stops only when prices come. After 10 minutes see the source, or assay flatten --session ${session}`,
  },
  'feed.fresh': {
    urgency: 'info',
    what: p => `${p('symbol')}: prices come again, after ${p('age_seconds')} s.`,
    todo: nothing,
  },
  'limit.breached': {
    urgency: 'alarm',
    what: p =>
      `The limit ${p('limit')} is breached: ${p('value')} where ${p('bound')} is allowed. ${p('action')}.`,
    todo: session =>
      `The session has acted by itself. See assay status --session ${session}; trading resumes when you say assay resume --session ${session}`,
  },
  'reconcile.difference': {
    urgency: 'alarm',
    what: p => `${p('token')}: the wallet holds ${p('chain')}, the books say ${p('books')}.`,
    todo: session =>
      `Find out who moved it before anything else: assay reconcile --session ${session}. The session does not trade until the two agree.`,
  },
  'redis.away': {
    urgency: 'warning',
    what: () => 'Redis does not answer. Trading pauses; nothing is lost.',
    todo: () => 'See that Redis runs. The session goes on by itself when it is back.',
  },
  'redis.back': {
    urgency: 'info',
    what: p => `Redis answers again, after ${p('away_seconds')} s. Trading goes on.`,
    todo: nothing,
  },
  'database.away': {
    urgency: 'alarm',
    what: () => 'The database does not answer. Nothing is ordered until it does.',
    todo: () => 'See that PostgreSQL runs and its disk has room. Open positions wait meanwhile.',
  },
  'database.back': {
    urgency: 'info',
    what: p => `The database answers again, after ${p('away_seconds')} s. Trading goes on.`,
    todo: nothing,
  },
  'cap.reached': {
    urgency: 'warning',
    what: p =>
      `The signer has refused: ${p('cap')} would be ${p('value')}, the cap is ${p('bound')}.`,
    todo: () =>
      'Exits need signatures too: see what has traded so much, and raise the limits of the key only if that is right.',
  },
  'settings.changed': {
    urgency: 'info',
    what: p =>
      `${p('symbol')}: ${p('setting')} is now ${p('value')} (was ${p('before')}), by ${p('by')}.`,
    todo: () => 'If it was not you, find out who it was.',
  },
  'strategy.error': {
    urgency: 'alarm',
    what: p => `${p('symbol')}: the strategy ${p('strategy')} failed: ${p('error')}.`,
    todo: session =>
      `It decides nothing more; its protective exits stay. See assay status --session ${session}, fix the strategy, and promote it again.`,
  },
}

/** Kinds with words of their own. */
export const NOTICE_KINDS: readonly string[] = Object.keys(WORDINGS)

/** A line of a terminal, a chat and a subject. */
const LINE_MAX = 300

/** Says a notice in words. A kind without words of its own is told by its name and payload. */
export function messageOf(notice: Notice): Message {
  const { kind, session, payload } = notice
  const wording = Object.hasOwn(WORDINGS, kind) ? WORDINGS[kind] : undefined
  if (wording === undefined) {
    const what = oneLine(`${kind}: ${JSON.stringify(payload) ?? ''}`)
    return { notice, urgency: 'info', what, todo: oneLine(look(session)) }
  }
  const fields: Fields = name => textOf(payload[name])
  return {
    notice,
    urgency: wording.urgency,
    what: oneLine(wording.what(fields)),
    todo: oneLine(wording.todo(session)),
  }
}

/** The first line of a message anywhere: urgency, session, time. */
export function headOf({ urgency, notice: { session, time } }: Message): string {
  const head = { info: 'Info', warning: 'Warning', alarm: 'ALARM' }[urgency]
  return `${head}, session ${session}, ${formatTime(time)}`
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '?'
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** What comes from events may hold anything: a message stays a line. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return line.length <= LINE_MAX ? line : `${line.slice(0, LINE_MAX - 1)}…`
}
