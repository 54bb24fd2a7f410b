import type { Manifest } from '../../backtest/run/record/manifest.js'
import { canonicalJson } from '../../core/canonical.js'
import { DAY_MS } from '../../core/candles/time.js'
import type { PaperEvidence } from '../../core/promotion/evidence.js'
import type { SessionRecord } from '../../core/ports/sessions.js'
import { checkSession } from '../live/session-check.js'
import { manifestOfSession } from '../live/session-manifest.js'
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
    isPaperOf(session, run, symbol),
  )
  let [days, trades] = [0, 0]
  const different: string[] = []
  for (const session of sessions) {
    const marks = await store.marks(session.sessionId)
    if (marks.length > 1) days += (marks[marks.length - 1]!.time - marks[0]!.time) / DAY_MS
    trades += (await store.trades(session.sessionId)).length
    const { difference } = await checkSession(workspace, session)
    if (difference !== null) different.push(session.sessionId)
  }
  return { days, trades, different, sessions: sessions.length }
}

function isPaperOf(session: SessionRecord, run: Manifest, symbol: string): boolean {
  const isLive = session.mode === 'paper' && session.feed !== 'replay'
  if (!isLive || !session.symbols.includes(symbol)) return false
  const manifest = manifestOfSession(session)
  return session.timeframe === run.timeframe && alike(manifest) === alike(run)
}

/** What decides on trades, beside the candles. */
function alike({ strategies, costs, risk_limits: limits, capital, fill }: Manifest): string {
  return canonicalJson({ strategies, costs, limits, capital, fill })
}
