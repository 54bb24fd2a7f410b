import type { Manifest } from '../../backtest/run/record/manifest.js'
import { byCodeUnit, canonicalJson } from '../../core/canonical.js'
import { DAY_MS, type Millis } from '../../core/candles/time.js'
import type { PaperEvidence } from '../../core/promotion/evidence.js'
import type { SessionRecord } from '../../core/ports/trading/sessions.js'
import { checkSession } from '../live/session/session-check.js'
import { currentManifest } from '../live/session/session-history.js'
import {
  manifestOfSession,
  symbolManifests,
  type SessionManifest,
} from '../live/session/session-manifest.js'
import type { Workspace } from '../workspace/compose.js'

const SESSIONS_MAX = 10_000

/**
 * How a run's strategies did on paper, on live candles: sessions of the same strategies, settings and
 * costs on the market. Each is given to the engine again, and compared.
 */
export async function paperEvidence(
  workspace: Workspace,
  run: Manifest,
  symbol: string,
): Promise<PaperEvidence> {
  const store = await workspace.sessions()
  const sessions = (await store.list(SESSIONS_MAX)).filter(session =>
    isPaperOn(session, run, symbol),
  )
  const told: PaperPeriod[] = []
  const different: string[] = []
  let sessionCount = 0
  for (const session of sessions) {
    const isAlike = (manifest: SessionManifest): boolean =>
      alike(partOf(manifest, run, symbol)) === alike(run)
    if (!isAlike(manifestOfSession(session))) continue
    if (!isAlike(await currentManifest(store, session))) continue
    sessionCount += 1
    const marks = await store.marks(session.sessionId)
    const all = (await store.trades(session.sessionId)) as readonly KeptTrade[]
    const trades = all.filter(trade => isTradeOf(trade, run, symbol))
    if (marks.length > 0) {
      const [from, to] = [marks[0]!.time, marks[marks.length - 1]!.time]
      told.push({ from, to, exits: trades.map(trade => trade.exit_time) })
    }
    const { difference } = await checkSession(workspace, session)
    if (difference !== null) different.push(session.sessionId)
  }
  return { ...togetherOf(told), different, sessions: sessionCount }
}

/** A session on paper: its first and last close, and when its trades closed. */
export interface PaperPeriod {
  readonly from: Millis
  readonly to: Millis
  readonly exits: readonly Millis[]
}

/** Days and trades of several sessions, UTC milliseconds; where they ran side by side each day counts once. */
export function togetherOf(periods: readonly PaperPeriod[]): { days: number; trades: number } {
  let [days, trades, until] = [0, 0, -Infinity]
  for (const { from, to, exits } of [...periods].sort((a, b) => a.from - b.from || b.to - a.to)) {
    days += Math.max(0, to - Math.max(from, until)) / DAY_MS
    trades += exits.filter(time => time >= until).length
    until = Math.max(until, to)
  }
  return { days, trades }
}

/** A trade as it is kept; sessions of long ago had one symbol, and did not name it. */
interface KeptTrade {
  readonly symbol?: string
  readonly strategy: string
  readonly exit_time: Millis
}

function isPaperOn(session: SessionRecord, run: Manifest, symbol: string): boolean {
  const isLive = session.mode === 'paper' && session.feed !== 'replay'
  return isLive && session.symbols.includes(symbol) && session.timeframe === run.timeframe
}

function isTradeOf({ symbol: of, strategy }: KeptTrade, run: Manifest, symbol: string): boolean {
  return (of ?? symbol) === symbol && run.strategies.some(({ name }) => name === strategy)
}

/** What of a session is the run: it may trade other symbols and strategies beside it. */
function partOf(manifest: SessionManifest, { strategies }: Manifest, symbol: string): Manifest {
  const parts = symbolManifests(manifest)
  const part = parts.find(one => one.symbol === symbol) ?? parts[0]!
  const own = part.strategies.filter(({ name }) => strategies.some(one => one.name === name))
  return { ...part, strategies: own }
}

/** What decides on trades, beside the candles and the share of the account. */
function alike({ strategies, costs, risk_limits: limits, capital, fill }: Manifest): string {
  const decided = strategies
    .map(({ weight: _share, ...one }) => one)
    .sort((a, b) => byCodeUnit(a.name, b.name))
  return canonicalJson({ strategies: decided, costs, limits, capital, fill })
}
