import { formatTime, type Millis } from '../../../core/candles/time.js'
import { TERMINAL_WIDTH, wrap } from '../../../core/text-layout.js'
import { formatFixed } from '../../../core/number-format.js'
import type { EventRecord } from '../../../core/ports/research/events.js'
import type { SessionStatus } from '../../../core/ports/trading/sessions.js'

/**
 * An event of a session as a line beside its command; null for the settings that it begins with, which the
 * command has printed.
 */
export function eventText(event: EventRecord): string | null {
  const isBeginning =
    event.type === 'settings.changed' && (event.payload as Said)['by'] === undefined
  return isBeginning ? null : stampedEvent(event)
}

/** An event of a session as a line for people. */
export function stampedEvent(event: EventRecord): string {
  return stamped(event.time, eventWords(event))
}

/** What an event says, without its time. */
export function eventWords({ type, payload }: Pick<EventRecord, 'type' | 'payload'>): string {
  return textOf(type, payload as Said)
}

/** A line with its time to the minute, within the width of a terminal. */
export function stamped(time: Millis, text: string): string {
  const stamp = formatTime(time).slice(0, 16).replace('T', ' ')
  return wrap(`${stamp}  ${text}`, TERMINAL_WIDTH, ' '.repeat(stamp.length + 2)).join('\n')
}

/** What an account is worth, as a line for people. */
export function equityText({ time, equity }: Pick<SessionStatus, 'time' | 'equity'>): string {
  const text = `equity ${formatFixed(equity, 2)}`
  return time === null ? text : stamped(time, text)
}

/** The payload of an event: plain JSON, keys in snake_case. */
type Said = Readonly<Record<string, string | number | boolean | null>>

function textOf(type: string, said: Said): string {
  switch (type) {
    case 'signal':
      return `${who(said)} asks for ${share(said['exposure'])} of equity: ${outcomeText(said['outcome'])}`
    case 'trade.executed':
      return fillText(said)
    case 'position.updated':
      return positionText(said)
    case 'order.placed':
      return `${who(said)} places order ${said['order']}: ${said['side']} ${number(said['size'])} at ${number(said['price'])}, ${said['kind']}`
    case 'order.cancelled':
      return `${who(said)} order ${said['order']} ended: ${words(said['reason'])}`
    case 'risk.breached':
    case 'limit.breached':
      return `LIMIT ${words(said['limit'])}: ${number(said['value'])}, the limit is ${number(said['threshold'])}`
    case 'error':
      return `ERROR ${said['message']}`
    case 'command':
      return `command ${(said['command'] as unknown as Said)['name']} of ${said['actor']}: ${said['outcome']}`
    case 'feed.stale':
      return `FEED STALE since ${formatTime(Number(said['since']))}: ${said['reason']}`
    case 'feed.fresh':
      return 'feed is back'
    case 'feed.switched':
      return `FEED SWITCHED from ${said['from']} to ${said['to']}: ${said['reason']}`
    case 'feed.revised':
      return 'the source tells a candle otherwise now that it gave before: what was decided on it stays'
    case 'feed.late':
      return 'a candle that was given up has come after all: nothing is decided on it'
    case 'feed.missing':
      return 'the source has no candle of this time'
    case 'candle.awaited':
      return 'a candle did not come in time; the session goes on without it'
    case 'candle.missed':
      return 'a candle came after the session had gone on without it: nothing is decided on it'
    case 'candle.late':
      return `a candle came ${Math.round(Number(said['age']) / 1000)} s late: nothing is entered on it`
    case 'session.started':
      return `the ${said['mode']} session begins, candles of ${said['feed']}`
    case 'session.resumed':
      return `the session goes on, candles of ${said['feed']}`
    case 'entries.held':
      return `NOTHING IS ENTERED${onlyOn(said)}: ${said['reason']}; exits go on`
    case 'entries.free':
      return `entries go on${onlyOn(said)}: ${said['reason']}`
    case 'database.back':
      return `the database was away since ${formatTime(Number(said['since']))}: ${said['reason']}; nothing was decided meanwhile`
    case 'settings.changed':
      // That of the beginning names nobody.
      return said['by'] === undefined
        ? `${who(said)} trades with the settings that the session began with`
        : `settings of ${said['symbol']} changed by ${said['by']}`
    case 'settings.refused':
      return `SETTINGS of ${said['symbol']} REFUSED, the old ones stay: ${said['reason']}`
    case 'settings.restored':
      return `settings of ${said['symbol']}: ${said['reason']}`
    default:
      return `${type} ${JSON.stringify(said)}`
  }
}

/** What a hold is of, where it is not of the whole session. */
function onlyOn({ of }: Said): string {
  const { symbol, strategies } = Object(of) as { symbol?: string; strategies?: readonly string[] }
  if (symbol === undefined) return ''
  return ` on ${symbol}${strategies === undefined ? '' : ` by ${strategies.join(', ')}`}`
}

function who({ symbol, strategy }: Said): string {
  return `${symbol} ${strategy}`
}

function fillText(said: Said): string {
  const isBuy = (said['action'] === 'entry') === (said['side'] === 'long')
  const reason = said['reason'] === null ? '' : ` (${words(said['reason'])})`
  return `${who(said)} ${isBuy ? 'bought' : 'sold'} ${number(said['size'])} at ${number(said['price'])}${reason}`
}

function positionText(said: Said): string {
  const quantity = Number(said['quantity'])
  if (quantity === 0) return `${who(said)} holds nothing`
  const stop = Number(said['stop'])
  const level = stop === 0 ? 'without a stop' : `stop ${number(stop)}`
  return `${who(said)} holds ${number(quantity)} from ${number(said['entry_price'])}, ${level}`
}

function outcomeText(outcome: unknown): string {
  return outcome === 'ordered' ? 'ordered' : `not ordered, ${words(outcome)}`
}

function share(exposure: unknown): string {
  return `${Number((Number(exposure) * 100).toPrecision(4))} %`
}

function number(value: unknown): string {
  return String(Number(Number(value).toPrecision(8)))
}

function words(name: unknown): string {
  return String(name).replaceAll('_', ' ')
}
