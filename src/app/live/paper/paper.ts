import { splitSymbol } from '../../../core/candles/symbols.js'
import { AppError } from '../../../core/errors.js'
import type { SessionCommit } from '../../../core/ports/sessions.js'
import { systemClock } from '../../../data/sources/clock.js'
import { requestOf } from '../../backtest/backtest.js'
import type { RunRequest } from '../../../backtest/run/record/run-request.js'
import { textOption, timeLimitOption } from '../../options/options.js'
import { DEFAULT_SOURCE } from '../../sources/fetch-plan.js'
import { withHttp } from '../../sources/reach.js'
import type { Workspace } from '../../workspace/compose.js'
import { newId } from '../../workspace/new-id.js'
import { nextLine } from '../../workspace/next-line.js'
import { equityText, eventText } from '../session/event-text.js'
import { feedSession } from '../runner/feed-session.js'
import { revocation } from '../promotion/promotion-watch.js'
import { promotedRequest } from '../promotion/promoted-request.js'
import type { PaperAnswer, PaperOptions, PaperWorld } from './paper-options.js'
import { paperReplay } from './paper-replay.js'
import { surroundingsOf, told } from '../runner/session-surroundings.js'
import { findSession } from '../session/session-lookup.js'
import { currentManifest } from '../session/session-history.js'
import { requestToGoOn, withoutRange } from '../session/session-manifest.js'

/** Trades without money, as a live session does, until its feed ends or it is stopped. */
export async function paper(
  workspace: Workspace,
  options: PaperOptions,
  world: PaperWorld,
): Promise<PaperAnswer> {
  checkOptions(options)
  if (textOption(options, 'session') !== undefined) return resumed(workspace, options, world)
  const { request, promotionId } = await askedFor(workspace, options)
  const { source: suffix } = splitSymbol(request.symbol)
  const feed = textOption(options, 'feed') ?? suffix ?? request.source ?? DEFAULT_SOURCE
  const sessionId = newId()
  const onCommit = telling(world)
  await (await workspace.database()).share()
  if (feed === 'replay') {
    refuseNotify(options)
    return paperReplay(
      workspace,
      { options, request, sessionId, promotionId },
      { ...world, onCommit },
    )
  }
  refuseRange(options)
  const terms = { sessionId, request: withoutRange(request), feed, promotionId, stored: null }
  return onFeed(workspace, options, terms, world)
}

/** Goes on with a session whose runner is gone. */
async function resumed(
  workspace: Workspace,
  options: PaperOptions,
  world: PaperWorld,
): Promise<PaperAnswer> {
  const store = await workspace.sessions()
  const stored = await findSession(store, textOption(options, 'session')!)
  const { record } = stored
  const { sessionId, feed, promotionId } = record
  if (record.mode !== 'paper' || feed === 'replay' || record.state !== 'running') {
    throw new AppError(
      'USAGE',
      `session ${sessionId} cannot be resumed: it is ${describe(record)}`,
      {
        hint: 'only an interrupted paper session on a live feed can be resumed',
      },
    )
  }
  await (await workspace.database()).share()
  const request = await requestToGoOn(workspace, sessionId, await currentManifest(store, record))
  const promotions = await workspace.promotions()
  const promotion = promotionId === null ? undefined : await promotions.find(promotionId)
  const heldBack = revocation(promotion)
  const terms = { sessionId, request, feed, promotionId, stored, heldBack }
  return onFeed(workspace, options, terms, world)
}

function describe({ mode, feed, state }: { mode: string; feed: string; state: string }): string {
  return state === 'running' ? `a ${mode} session on ${feed}` : state
}

async function onFeed(
  workspace: Workspace,
  options: PaperOptions,
  terms: Pick<
    Parameters<typeof feedSession>[1],
    'sessionId' | 'request' | 'feed' | 'promotionId' | 'stored' | 'heldBack'
  >,
  world: PaperWorld,
): Promise<PaperAnswer> {
  const { sessionId } = terms
  const store = await workspace.sessions()
  const state = await workspace.state()
  const clock = systemClock
  const { signal } = world
  const notify = textOption(options, 'notify')
  const around = await surroundingsOf(
    workspace,
    state,
    { ...terms, mode: 'paper' },
    { clock, signal, notify },
  )
  const tell = telling(world)
  let hasBegun = false
  const onCommit = (commit: SessionCommit): void => {
    if (!hasBegun) {
      world.onLine(`session ${sessionId} on ${terms.request.symbol}, candles of ${terms.feed}`)
    }
    hasBegun = true
    around.onCommit(commit)
    tell(commit)
  }
  const end = await told(
    around,
    withHttp(options, (http, stream) =>
      feedSession(
        workspace,
        { ...terms, mode: 'paper', watch: options, limitMs: timeLimitOption(options) },
        {
          http,
          stream,
          clock,
          signal,
          store,
          others: around.others,
          onCommit,
          onAway: around.onAway,
        },
      ),
    ),
  )
  const goesOn = `assay paper --session ${sessionId}`
  const summary =
    end === 'interrupted'
      ? `session ${sessionId} is left as it stands\n${nextLine(goesOn, 'resumes it')}`
      : `session ${sessionId} was stopped\n${nextLine(`assay sessions show ${sessionId}`)}`
  return { summary, json: { session_id: sessionId, state: end }, failure: null }
}

/** What is to trade: a promotion's run, or what the flags say. */
async function askedFor(
  workspace: Workspace,
  options: PaperOptions,
): Promise<{ request: RunRequest; promotionId: string | null }> {
  const promotion = textOption(options, 'promotion')
  if (promotion === undefined) {
    return { request: await requestOf(workspace, options), promotionId: null }
  }
  return promotedRequest(workspace, promotion, options)
}

function refuseRange(options: PaperOptions): void {
  const names = ['from', 'to', 'decideFrom', 'detail', 'signals', 'speed', 'bounds'] as const
  const given = names.find(name => options[name] !== undefined && options[name] !== null)
  if (given === undefined) return
  throw new AppError(
    'USAGE',
    `--${given.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)} is for stored candles`,
    {
      hint: 'leave it out, or say --feed replay',
    },
  )
}

function refuseNotify(options: PaperOptions): void {
  if (textOption(options, 'notify') === undefined) return
  throw new AppError('USAGE', '--notify is for candles as they come, not for stored ones', {
    hint: 'leave it out; assay notify test sends a message over each channel',
  })
}

function checkOptions(options: PaperOptions): void {
  const named = (['strategy', 'promotion', 'session'] as const).filter(
    name => textOption(options, name) !== undefined,
  )
  if (named.length < 2) return
  throw new AppError('USAGE', `${named.join(' and ')} are both given`, {
    hint: 'name one: a strategy, --promotion ID, or --session ID',
  })
}

function telling({ onLine }: PaperWorld): (commit: SessionCommit) => void {
  return ({ events, trades, status }) => {
    for (const event of events) {
      const line = eventText(event)
      if (line !== null) onLine(line)
    }
    if (trades.length > 0) onLine(equityText(status))
  }
}
