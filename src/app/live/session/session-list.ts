import { formatTime, formatTimeOrNull } from '../../../core/candles/time.js'
import { snakeKeys } from '../../../core/canonical.js'
import { formatFixed } from '../../../core/number-format.js'
import type { SessionCommand } from '../../../core/ports/trading/sessions.js'
import { table } from '../../../core/text-table.js'
import type { Workspace } from '../../workspace/compose.js'
import type { Shown } from '../../output/output.js'
import { nextLine } from '../../output/next-line.js'
import { ofText } from './session-text.js'
import { findSession, standingOf } from './session-lookup.js'
import { statusJson } from './session-status.js'

/** Sessions, newest first. */
export async function listSessions(
  workspace: Workspace,
  limit: number,
  now: number = Date.now(),
): Promise<Shown> {
  const records = await (await workspace.sessions()).list(limit)
  const json = records.map(record => statusJson(record, now))
  if (records.length === 0) {
    const next = nextLine('assay paper STRATEGY --symbol SYMBOL --timeframe 1h --feed replay')
    return { text: `no sessions are stored yet\n${next}`, json: { sessions: json } }
  }
  const rows = records.map(record => [
    record.sessionId.slice(0, 12),
    formatTime(record.createdAt).slice(0, 16).replace('T', ' '),
    record.mode,
    standingOf(record, now),
    ofText(record),
    record.feed,
    record.status === null ? '-' : formatFixed(record.status.equity, 2),
  ])
  const heads = ['session', 'began', 'mode', 'state', 'of', 'feed', 'equity']
  return {
    text: `${table(heads, rows)}\n\n${nextLine(`assay sessions show ${records[0]!.sessionId}`)}`,
    json: { sessions: json },
  }
}

/** A session with its trades and what was ordered of it. @throws AppError UNKNOWN_SESSION */
export async function showSession(
  workspace: Workspace,
  reference: string,
  now: number = Date.now(),
): Promise<Shown> {
  const store = await workspace.sessions()
  const { record } = await findSession(store, reference)
  const { sessionId } = record
  const trades = await store.trades(sessionId)
  const commands = (await store.commands(sessionId)).map(commandJson)
  const json = {
    ...statusJson(record, now),
    manifest: record.manifest,
    positions: (record.status?.positions ?? []).map(position => snakeKeys(position)),
    orders: (record.status?.orders ?? []).map(order => snakeKeys(order)),
    trades,
    commands,
  }
  const facts: [string, string][] = [
    ['session', sessionId],
    ['mode', record.mode],
    ['state', `${standingOf(record, now)}${record.reason === null ? '' : `: ${record.reason}`}`],
    ['of', `${record.strategies.join(', ')} on ${record.symbols.join(', ')} ${record.timeframe}`],
    ['feed', record.feed],
    ['began', formatTime(record.createdAt)],
    ['last close', record.status?.time ? formatTime(record.status.time) : 'none yet'],
    ['equity', record.status === null ? 'not marked yet' : formatFixed(record.status.equity, 2)],
    ['trades', String(trades.length)],
    ['open', `${json.positions.length} positions, ${json.orders.length} orders`],
    ['events', String(record.lastEventSeq + 1)],
    ['commands', String(commands.length)],
    [
      'result',
      record.resultHash ?? 'none: only a session over stored candles that finished has one',
    ],
  ]
  const lines = facts.map(([name, value]) => `${name.padEnd(11)} ${value}`)
  return {
    text: [...lines, '', nextLine(`assay events tail --session ${sessionId}`)].join('\n'),
    json,
  }
}

/** A command as programs see it: what was ordered, by whom, and what came of it. */
export function commandJson({ command, askedAt, takenAt, ...rest }: SessionCommand): object {
  return {
    ...(snakeKeys(rest) as object),
    command,
    asked_at: formatTime(askedAt),
    taken_at: formatTimeOrNull(takenAt),
  }
}
