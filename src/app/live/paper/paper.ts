import { AppError } from '../../../core/errors.js'
import type { SessionCommit } from '../../../core/ports/trading/sessions.js'
import { systemClock } from '../../../data/sources/clock.js'
import { requestOf } from '../../backtest/backtest.js'
import { requestOne } from '../../../backtest/portfolio/session-request.js'
import { configOf } from '../../backtest/input/run-input.js'
import { readPortfolioRequest } from '../../portfolio/portfolio-input.js'
import { listOption, textOption, timeLimitOption } from '../../options/options.js'
import { withHttp } from '../../sources/reach.js'
import type { Workspace } from '../../workspace/compose.js'
import { newId } from '../../workspace/new-id.js'
import { nextLine } from '../../output/next-line.js'
import { equityText, eventText } from '../session/event-text.js'
import { feedSession } from '../runner/feed-session.js'
import { revokedOf } from '../promotion/promotion-watch.js'
import { promotedSession, type PromotedSession } from '../promotion/promoted-session.js'
import { promotionsOf } from '../promotion/session-promotion.js'
import { feedOf } from '../runner/market-feed.js'
import { shareLines, symbolsText } from '../session/session-text.js'
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
  const { request, promotions } = await askedFor(workspace, options)
  const feed = feedOf(request, options)
  const sessionId = newId()
  const onCommit = telling(world)
  await (await workspace.database()).share()
  if (feed === 'replay') {
    refuseNotify(options)
    return paperReplay(
      workspace,
      { options, request, sessionId, promotions },
      { ...world, onCommit },
    )
  }
  refuseRange(options)
  const terms = { sessionId, request: withoutRange(request), feed, promotions, stored: null }
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
  const { sessionId, feed } = record
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
  const promotions = promotionsOf(record)
  const revoked = await revokedOf(await workspace.promotions(), promotions)
  return onFeed(
    workspace,
    options,
    { sessionId, request, feed, promotions, stored, revoked },
    world,
  )
}

function describe({ mode, feed, state }: { mode: string; feed: string; state: string }): string {
  return state === 'running' ? `a ${mode} session on ${feed}` : state
}

async function onFeed(
  workspace: Workspace,
  options: PaperOptions,
  terms: Pick<
    Parameters<typeof feedSession>[1],
    'sessionId' | 'request' | 'feed' | 'promotions' | 'stored' | 'revoked'
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
      world.onLine(
        `session ${sessionId} on ${symbolsText(terms.request)}, candles of ${terms.feed}`,
      )
      for (const line of shareLines(terms.request)) world.onLine(line)
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

/** What is to trade: what promotions let trade, or what the flags say. */
async function askedFor(workspace: Workspace, options: PaperOptions): Promise<PromotedSession> {
  const references = listOption(options, 'promotion')
  if (references.length > 0) return promotedSession(workspace, references, options)
  if (await isPortfolio(options)) {
    return { request: await readPortfolioRequest(options, workspace.home.cache), promotions: [] }
  }
  return { request: requestOne(await requestOf(workspace, options)), promotions: [] }
}

/** Whether a configuration file names several symbols, and nobody chooses among them. */
async function isPortfolio(options: PaperOptions): Promise<boolean> {
  const isChosen = (['strategy', 'symbol', 'signals'] as const).some(
    name => textOption(options, name) !== undefined,
  )
  if (isChosen) return false
  return Object.keys((await configOf(options)).coins).length > 1
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
    name => listOption(options, name).length > 0,
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
