import type { SessionRequest } from '../../backtest/portfolio/session-request.js'
import { AppError } from '../../core/errors.js'
import type { Clock } from '../../core/ports/clock.js'
import type { SessionCommit } from '../../core/ports/trading/sessions.js'
import type { Signer } from '../../core/ports/trading/signer.js'
import { systemClock } from '../../data/sources/clock.js'
import { JupiterBroker } from '../../live/broker/jupiter-broker.js'
import { connectSolana, type Connection } from '../../live/connection.js'
import type { SessionEnd } from '../../live/runner/run-session.js'
import type { SwapNotice } from '../../live/swaps/swap-parts.js'
import { SWAP_POLICY } from '../../live/swaps/swap-policy.js'
import { isOn, numberOption, textOption, timeLimitOption } from '../options/options.js'
import { withHttp } from '../sources/reach.js'
import { showWallet } from '../wallet/wallet-files.js'
import type { Workspace } from '../workspace/compose.js'
import { nextLine } from '../output/next-line.js'
import { eventText } from './session/event-text.js'
import { shareLines, symbolsText } from './session/session-text.js'
import { askedSession, type AskedSession } from './live-asked.js'
import { feedSession } from './runner/feed-session.js'
import { dryRunSigner, LiveBroker } from './runner/live-broker.js'
import type { LiveOptions } from './live-options.js'
import { openSigner } from './live-signer.js'
import {
  checksText,
  reachOfChain,
  readKeyFile,
  requireAll,
  requireConsent,
  requireServers,
} from './live-requirements.js'
import { LimitWatch, surroundingLimits } from './limit-watch.js'
import { lookAtMarkets, type LiveMarkets } from './live-start.js'
import { surroundingsOf, told } from './runner/session-surroundings.js'
import { leaseWallet } from './wallet-lease.js'

export interface LiveWorld {
  readonly signal: AbortSignal
  /** Told each thing that happened, once it is stored. */
  readonly onLine: (line: string) => void
  readonly clock?: Clock
  /** How often it is looked for commands; a few times a second where it is left out. */
  readonly commandPollMs?: number
  /** How often it is looked at settings; once a second where it is left out. */
  readonly settingsPollMs?: number
}

/** What a live session prints at its end. */
export interface LiveAnswer {
  readonly summary: string
  readonly json: unknown
}

/**
 * Trades real money on one or several promotions, through Jupiter. Whatever does not hold is said before anything is
 * signed: the promotion, the wallet, its tokens and funds, the clock, a second runner.
 * @throws AppError USAGE, NOT_PROMOTED, LIVE_REFUSED, NODE_AWAY, KEY_FILE and others
 */
export async function live(
  workspace: Workspace,
  options: LiveOptions,
  world: LiveWorld,
): Promise<LiveAnswer> {
  requireConsent(options)
  requireServers(workspace)
  const asked = await askedSession(workspace, options)
  const clock = world.clock ?? systemClock
  const keyFile = readKeyFile(options)
  const { address } = showWallet(keyFile)
  const connection = connectSolana(await reachOfChain(workspace, options), clock)
  try {
    const { request } = asked
    const found = await lookAtMarkets(workspace, connection, { address, request }, clock)
    world.onLine(checksText(found.checks))
    requireAll(found.checks)
    const funded = { ...asked, request: fundedRequest(asked, found, options) }
    return await withLease(
      workspace,
      { address, asked: funded, clock, signal: world.signal },
      signal =>
        withSigner(workspace, options, { address, keyFile }, signer =>
          trade(
            workspace,
            options,
            { ...world, signal, clock },
            { asked: funded, found, connection, signer },
          ),
        ),
    )
  } finally {
    await connection.close()
  }
}

/** What it may trade with: what the wallet holds, and no more than was said. A session that goes on keeps its own. */
function fundedRequest(
  { request, stored }: AskedSession,
  { funds }: LiveMarkets,
  options: LiveOptions,
): SessionRequest {
  if (stored !== null) return request
  const most = numberOption(options, 'capital', { min: 0, max: 1e15, open: true }) ?? funds
  const capital = Math.min(most, funds)
  return { ...request, runs: request.runs.map(run => ({ ...run, capital })) }
}

async function withLease<T>(
  workspace: Workspace,
  {
    address,
    asked,
    clock,
    signal,
  }: { address: string; asked: AskedSession; clock: Clock; signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lease = await leaseWallet(workspace, { address, sessionId: asked.sessionId }, clock)
  try {
    return await work(AbortSignal.any([signal, lease.lost]))
  } finally {
    await lease.release()
  }
}

async function withSigner<T>(
  workspace: Workspace,
  options: LiveOptions,
  { address, keyFile }: { readonly address: string; readonly keyFile: string },
  work: (signer: Signer) => Promise<T>,
): Promise<T> {
  if (isOn(options, 'dryRun')) return work(dryRunSigner(address))
  const journal = await workspace.swaps()
  const { signer, close } = await openSigner(workspace, { keyFile, journal, options })
  try {
    return await work(signer)
  } finally {
    close()
  }
}

interface Traded {
  readonly asked: AskedSession
  readonly found: LiveMarkets
  readonly connection: Connection
  readonly signer: Signer
}

async function trade(
  workspace: Workspace,
  options: LiveOptions,
  { signal, clock, onLine, commandPollMs, settingsPollMs }: LiveWorld & { readonly clock: Clock },
  { asked, found, connection, signer }: Traded,
): Promise<LiveAnswer> {
  const { sessionId } = asked
  const broker = await brokerOf(workspace, { asked, found, connection, signer }, { clock, onLine })
  const state = await workspace.state()
  const notify = textOption(options, 'notify')
  const around = await surroundingsOf(
    workspace,
    state,
    { ...asked, mode: 'live' },
    { clock, signal, notify, ...(settingsPollMs !== undefined && { settingsPollMs }) },
  )
  const limits = new LimitWatch(found.markets, surroundingLimits(options), {
    prices: connection.prices,
    clock,
  })
  const onCommit = (commit: SessionCommit): void => {
    around.onCommit(commit)
    limits.hear(commit)
    for (const event of commit.events) {
      const line = eventText(event)
      if (line !== null) onLine(line)
    }
  }
  onLine(
    `session ${sessionId} on ${symbolsText(asked.request)}, capital ${asked.request.runs[0]!.capital}, candles of ${asked.feed}`,
  )
  for (const line of shareLines(asked.request)) onLine(line)
  const store = await workspace.sessions()
  const end = await told(
    around,
    withHttp(options, (http, stream) =>
      feedSession(
        workspace,
        {
          ...asked,
          mode: 'live',
          facts: { wallet: signer.address },
          watch: options,
          limitMs: timeLimitOption(options),
        },
        {
          http,
          stream,
          clock,
          signal,
          store,
          broker,
          others: [...around.others, limits.inputs(signal)],
          onCommit,
          onAway: around.onAway,
          ...(commandPollMs !== undefined && { commandPollMs }),
        },
      ),
    ).then(ended => {
      // Who has lost its wallet ends as one that is interrupted, and says why.
      if (signal.reason instanceof AppError) throw signal.reason
      return ended
    }),
  )
  return { summary: endText(sessionId, end), json: { session_id: sessionId, state: end } }
}

function endText(sessionId: string, end: SessionEnd): string {
  return end === 'interrupted'
    ? `session ${sessionId} is left as it stands\n${nextLine(`assay live --session ${sessionId}`, 'resumes it')}`
    : `session ${sessionId} was stopped\n${nextLine(`assay sessions show ${sessionId}`)}`
}

async function brokerOf(
  workspace: Workspace,
  { asked, found, connection, signer }: Traded,
  { clock, onLine }: { readonly clock: Clock; readonly onLine: (line: string) => void },
): Promise<LiveBroker> {
  const { chain, venue, prices, read } = connection
  const journal = await workspace.swaps()
  const notice = ({ kind, order, text }: SwapNotice): void =>
    onLine(`swap${order === null ? '' : ` ${order}`} ${kind}: ${text}`)
  const parts = { chain, venue, prices, read, signer, journal, clock, notice }
  return new LiveBroker(
    new JupiterBroker(asked.sessionId, found.markets, {
      ...parts,
      policy: SWAP_POLICY,
      tokens: found.tokens,
    }),
  )
}
