import type { Millis } from '../../../core/candles/time.js'
import type { SessionRecord } from '../../../core/ports/trading/sessions.js'
import type { Workspace } from '../../workspace/compose.js'

const DAY_MS = 86_400_000

/** What a session has made so far. */
export interface Performance {
  readonly session_id: string
  readonly mode: 'paper' | 'live'
  readonly symbols: readonly string[]
  /** Quote currency, at its first close; null before. */
  readonly equity_start: number | null
  readonly equity: number | null
  /** Fractions: of the first equity, of the highest so far, and the worst of the latter. */
  readonly total_return: number | null
  readonly drawdown: number | null
  readonly max_drawdown: number | null
  /** Since the UTC day of its last close began, a fraction. */
  readonly return_today: number | null
  readonly trades: number
  readonly trades_won: number
  /** Quote currency, of trades that closed. */
  readonly net_pnl: number
  readonly fees: number
  /** Value of what it holds by equity. */
  readonly exposure: number | null
}

/** The curve of a session as far as it was read. */
interface Curve {
  readonly first: number
  /** Equity and time of the last close. */
  readonly last: number
  readonly at: Millis
  readonly peak: number
  /** The worst fall from a peak, a fraction. */
  readonly worst: number
  /** When the UTC day of the last close began, and what the session was worth then. */
  readonly day: Millis
  readonly atDay: number
}

interface Totals {
  readonly trades: number
  readonly won: number
  readonly pnl: number
  readonly fees: number
}

/** What is known of a session from reading it before. */
interface Known {
  readonly curve: Curve | null
  /** Of its trades, when its last event had this number. */
  readonly totals: Totals
  readonly eventSeq: number
}

/** Sessions that are remembered. */
const SESSIONS_MAX = 1000

/** Figures of sessions, who are asked for again and again: each time only what is new is read. */
export class PerformanceBook {
  private readonly known = new Map<string, Known>()

  /** Figures of a session from what is stored of it. */
  async of(
    workspace: Pick<Workspace, 'sessions'>,
    { sessionId, mode, symbols, status, lastEventSeq }: SessionRecord,
  ): Promise<Performance> {
    const store = await workspace.sessions()
    const before = this.known.get(sessionId)
    const marks = await store.marks(sessionId, before?.curve?.at)
    const curve = advanced(before?.curve ?? null, marks)
    const isSame = before?.eventSeq === lastEventSeq
    const totals = isSame ? before.totals : totalsOf(await store.trades(sessionId))
    if (this.known.size >= SESSIONS_MAX) this.known.clear()
    this.known.set(sessionId, { curve, totals, eventSeq: lastEventSeq })
    const equity = status?.equity ?? null
    const held = (status?.positions ?? []).reduce(
      (sum, { quantity, price }) => sum + Math.abs(quantity * price),
      0,
    )
    return {
      session_id: sessionId,
      mode,
      symbols,
      equity_start: curve?.first ?? null,
      equity,
      total_return: curve && curve.last / curve.first - 1,
      drawdown: curve && 1 - curve.last / curve.peak,
      max_drawdown: curve && curve.worst,
      return_today: curve && curve.last / curve.atDay - 1,
      trades: totals.trades,
      trades_won: totals.won,
      net_pnl: totals.pnl,
      fees: totals.fees,
      exposure: equity === null || equity <= 0 ? null : held / equity,
    }
  }
}

/** A curve with the closes that follow it. */
function advanced(
  before: Curve | null,
  marks: readonly { readonly time: Millis; readonly equity: number }[],
): Curve | null {
  return marks.reduce<Curve | null>((curve, { time, equity }) => {
    const day = time - (time % DAY_MS)
    if (curve === null) {
      return { first: equity, last: equity, at: time, peak: equity, worst: 0, day, atDay: equity }
    }
    // The last one that was read before is read again.
    if (time <= curve.at) return curve
    const peak = Math.max(curve.peak, equity)
    const worst = Math.max(curve.worst, 1 - equity / peak)
    const atBegin = time === day ? equity : curve.last
    const atDay = day === curve.day ? curve.atDay : atBegin
    return { ...curve, last: equity, at: time, peak, worst, day, atDay }
  }, before)
}

function totalsOf(stored: readonly unknown[]): Totals {
  const trades = stored as readonly { readonly pnl: number; readonly fees: number }[]
  return {
    trades: trades.length,
    won: trades.filter(({ pnl }) => pnl > 0).length,
    pnl: trades.reduce((sum, { pnl }) => sum + pnl, 0),
    fees: trades.reduce((sum, { fees }) => sum + fees, 0),
  }
}
