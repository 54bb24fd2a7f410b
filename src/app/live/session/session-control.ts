import { AppError } from '../../../core/errors.js'
import type { Millis } from '../../../core/candles/time.js'
import type { Clock } from '../../../core/ports/clock.js'
import type {
  SessionCommand,
  SessionRecord,
  SessionRepository,
} from '../../../core/ports/trading/sessions.js'
import { systemClock } from '../../../data/sources/clock.js'
import { numberOption, textOption, type Amount, type Optional } from '../../options/options.js'
import { operator } from '../../workspace/operator.js'
import type { Workspace } from '../../workspace/compose.js'
import type { Shown } from '../../output/output.js'
import { nextLine } from '../../output/next-line.js'
import { meantSession, standingOf } from './session-lookup.js'

/** What an operator may order of a running session. */
export const SESSION_COMMANDS = {
  pause: 'Enter nothing more; exits go on',
  resume: 'Enter again after a pause',
  flatten: 'Close every position, or one',
  reduce: 'Close a share of every position, or of one',
  kill: 'Close everything and enter nothing more, for good',
  stop: 'End the session, and keep what it holds',
} as const

export type SessionCommandName = keyof typeof SESSION_COMMANDS

export type ControlOptions = Optional<{
  /** The only one that runs where none is named. */
  session: string
  symbol: string
  strategy: string
  /** Of `reduce`: the share that goes, above 0 to 1. */
  share: Amount
}>

const WAIT_MS = 10_000
/** A swap that is under way comes to its end before a session does: its blockhash expires within this. */
const STOP_WAIT_MS = 180_000
const POLL_MS = 50

/** What was ordered of a session. */
export interface AskedCommand {
  readonly session: SessionRecord
  /** What the session is told. */
  readonly command: Readonly<Record<string, unknown>>
  /** Number of the command; null where nobody ran the session, which was ended from here. */
  readonly id: number | null
  /** Whether nobody runs the session now. */
  readonly isGone: boolean
}

/** Who orders, and by which clock. */
export interface Ordering {
  readonly clock: Clock
  readonly actor: string
  /** Under which the command is stored, once; without one it is stored each time. */
  readonly requestId?: string
}

/**
 * Orders something of a session, and waits for nothing.
 * @throws AppError UNKNOWN_SESSION, USAGE
 */
export async function askSession(
  workspace: Workspace,
  name: SessionCommandName,
  options: ControlOptions,
  { clock, actor, requestId }: Ordering,
): Promise<AskedCommand> {
  const store = await workspace.sessions()
  const session = await meantSession(store, textOption(options, 'session'))
  const { sessionId } = session
  const known = requestId === undefined ? undefined : await store.requested(requestId)
  if (known !== undefined) return askedBefore(session, known, clock.now())
  if (session.state !== 'running') {
    throw new AppError(
      'UNKNOWN_SESSION',
      `session ${sessionId} has ended: it is ${session.state}`,
      {
        hint: 'assay status shows the sessions that run',
      },
    )
  }
  const command = commandOf(name, options)
  const isGone = standingOf(session, clock.now()) === 'gone'
  if (name === 'stop' && isGone && session.mode === 'paper') {
    await endGone(store, session, { actor, now: clock.now() })
    return { session, command, id: null, isGone }
  }
  const order = { sessionId, command, actor, askedAt: clock.now() }
  const id = await store.ask(order, requestId)
  return { session, command, id, isGone }
}

/** What the same request has ordered before, whose answer nobody heard. */
function askedBefore(session: SessionRecord, { id, command }: SessionCommand, now: Millis) {
  return {
    session,
    command: command as AskedCommand['command'],
    id,
    isGone: standingOf(session, now) === 'gone',
  }
}

/**
 * Orders something of a session, and waits until its runner has taken it.
 * @throws AppError UNKNOWN_SESSION, USAGE; COMMAND_REFUSED, COMMAND_WAITS where nobody has taken it in time
 */
export async function controlSession(
  workspace: Workspace,
  name: SessionCommandName,
  options: ControlOptions,
  { clock = systemClock, actor = operator() }: Partial<Ordering> = {},
): Promise<Shown> {
  const store = await workspace.sessions()
  const { session, command, id, isGone } = await askSession(workspace, name, options, {
    clock,
    actor,
  })
  const { sessionId } = session
  if (id === null) return endedShown(sessionId)
  const waitMs = name === 'stop' && session.mode === 'live' ? STOP_WAIT_MS : WAIT_MS
  const outcome = isGone
    ? null
    : await outcomeOf(async () => (await store.command(id))?.outcome ?? null, waitMs, clock)
  if (outcome === null) throw waits(sessionId, name, isGone ? null : waitMs)
  if (outcome !== 'done') {
    throw new AppError(
      'COMMAND_REFUSED',
      `session ${sessionId} did not carry out ${name}: ${outcome}`,
      {
        hint: `assay status --session ${sessionId}`,
      },
    )
  }
  const next = `assay ${name === 'stop' ? 'sessions show' : 'status --session'} ${sessionId}`
  return {
    text: `session ${sessionId} has taken ${name}: ${SESSION_COMMANDS[name].toLowerCase()}\n${nextLine(next)}`,
    json: { session_id: sessionId, command_id: id, command, outcome },
  }
}

/** Nobody would take the command, and without money nothing is open outside: the session is ended from here. */
async function endGone(
  store: SessionRepository,
  { sessionId, beatAt }: SessionRecord,
  { actor, now }: { readonly actor: string; readonly now: Millis },
): Promise<void> {
  const fence = await store.takeOver(sessionId, beatAt + 1, now)
  if (fence === null) throw waits(sessionId, 'stop', 0)
  const reason = `stopped by ${actor} when nobody ran it`
  await store.end(sessionId, fence, { state: 'stopped', reason, resultHash: null })
}

function endedShown(sessionId: string): Shown {
  return {
    text: `session ${sessionId} has ended: nobody ran it any more\n${nextLine(`assay sessions show ${sessionId}`)}`,
    json: { session_id: sessionId, command_id: null, command: { name: 'stop' }, outcome: 'done' },
  }
}

function commandOf(name: SessionCommandName, options: ControlOptions): Record<string, unknown> {
  const symbol = textOption(options, 'symbol')
  const strategy = textOption(options, 'strategy')
  const leg = {
    ...(symbol !== undefined && { symbol }),
    ...(strategy !== undefined && { strategy }),
  }
  if (name === 'kill') return { name: 'halt' }
  if (name === 'flatten') return { name, ...leg }
  if (name !== 'reduce') return { name }
  const share = numberOption(options, 'share', { min: 0, max: 1 })
  if (share === undefined || share === 0) {
    throw new AppError('USAGE', '--share is missing: how much of what is held to sell', {
      hint: 'for example --share 0.5 for half of it',
    })
  }
  return { name, share, ...leg }
}

async function outcomeOf(
  read: () => Promise<string | null>,
  waitMs: Millis,
  clock: Clock,
): Promise<string | null> {
  const until = clock.monotonic() + waitMs
  for (;;) {
    const outcome = await read()
    if (outcome !== null || clock.monotonic() > until) return outcome
    await clock.sleep(POLL_MS)
  }
}

/** `waitedMs` is null where nobody was waited for, because nobody runs the session. */
function waits(sessionId: string, name: SessionCommandName, waitedMs: Millis | null): AppError {
  return new AppError(
    'COMMAND_WAITS',
    waitedMs === null
      ? `nobody runs session ${sessionId} now; ${name} waits, and is the first thing it does when it runs again`
      : `session ${sessionId} has not taken ${name} within ${waitedMs / 1000} s; it still waits for it`,
    { hint: `assay status --session ${sessionId}`, data: { sessionId } },
  )
}
