import type { SessionRecord } from '../../core/ports/sessions.js'
import type { Workspace } from '../workspace/compose.js'

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

/** Figures of a session from what is stored of it. */
export async function performanceOf(
  workspace: Workspace,
  { sessionId, mode, symbols, status }: SessionRecord,
): Promise<Performance> {
  const store = await workspace.sessions()
  const marks = await store.marks(sessionId)
  const trades = (await store.trades(sessionId)) as readonly StoredTrade[]
  const equity = status?.equity ?? null
  const held = (status?.positions ?? []).reduce(
    (sum, { quantity, price }) => sum + Math.abs(quantity * price),
    0,
  )
  return {
    session_id: sessionId,
    mode,
    symbols,
    equity_start: marks[0]?.equity ?? null,
    equity,
    ...curveOf(marks),
    trades: trades.length,
    trades_won: trades.filter(({ pnl }) => pnl > 0).length,
    net_pnl: sumOf(trades, 'pnl'),
    fees: sumOf(trades, 'fees'),
    exposure: equity === null || equity <= 0 ? null : held / equity,
  }
}

interface StoredTrade {
  readonly pnl: number
  readonly fees: number
}

function sumOf(trades: readonly StoredTrade[], name: keyof StoredTrade): number {
  return trades.reduce((sum, trade) => sum + trade[name], 0)
}

function curveOf(
  marks: readonly { readonly time: number; readonly equity: number }[],
): Pick<Performance, 'total_return' | 'drawdown' | 'max_drawdown' | 'return_today'> {
  const [first, last] = [marks[0], marks.at(-1)]
  if (first === undefined || last === undefined) {
    return { total_return: null, drawdown: null, max_drawdown: null, return_today: null }
  }
  let [peak, worst] = [first.equity, 0]
  for (const { equity } of marks) {
    if (equity > peak) peak = equity
    worst = Math.max(worst, 1 - equity / peak)
  }
  const today = last.time - (last.time % DAY_MS)
  const before = marks.findLast(({ time }) => time <= today) ?? first
  return {
    total_return: last.equity / first.equity - 1,
    drawdown: 1 - last.equity / peak,
    max_drawdown: worst,
    return_today: last.equity / before.equity - 1,
  }
}
