import { dayOf } from './books.js'
import type { OracleOutcome } from './model.js'
import { type Account, type LegState, type OrderFill } from './state.js'

type Figures = Record<string, number | null>

/** The figures of a run that a comparison needs. */
export function measure(account: Account, run: Omit<OracleOutcome, 'metrics'>): Figures {
  const { capital } = account.spec
  const end = run.equity[run.equity.length - 1] ?? capital
  const figures: Figures = {
    final_equity: end,
    total_return: end / capital - 1,
    trades: run.trades.length,
    win_rate: share(run.trades.filter(trade => trade.pnl > 0).length, run.trades.length),
    max_drawdown: maxDrawdown(capital, run.equity),
    sharpe: sharpeOf(account, run),
    fees_paid: account.feesPaid,
    ruined_at: account.ruinedAt,
  }
  return account.events['orders_placed'] === undefined
    ? figures
    : { ...figures, ...quoteFigures(account) }
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

function maxDrawdown(capital: number, equity: readonly number[]): number {
  let peak = capital
  let worst = 0
  for (const value of equity) {
    peak = Math.max(peak, value)
    worst = Math.max(worst, 1 - value / peak)
  }
  return worst
}

/** "Last equity of each UTC day against the day before"; a day without candles carries its equity. */
export function dailyReturns(
  { spec }: Account,
  { times, equity }: Pick<OracleOutcome, 'times' | 'equity'>,
): readonly number[] {
  const lastOf = new Map<number, number>()
  times.forEach((time, k) => lastOf.set(dayOf(time + spec.timeframeMs - 1), equity[k]!))
  const days = [...lastOf.keys()]
  const returns: number[] = []
  let before = spec.capital
  for (let day = days[0] ?? 0; day <= (days[days.length - 1] ?? -1); day++) {
    const now = lastOf.get(day) ?? before
    returns.push(before > 0 ? now / before - 1 : NaN)
    before = now
  }
  return returns
}

/** Null for a ruined run, and where a day begins without equity above 0. */
function sharpeOf(account: Account, run: Pick<OracleOutcome, 'times' | 'equity'>): number | null {
  if (account.ruinedAt !== null) return null
  const returns = dailyReturns(account, run)
  return returns.every(value => Number.isFinite(value)) ? sharpe(returns) : null
}

/** "`sqrt(365) x mean / sd` (sd with n-1, risk-free 0)". */
function sharpe(returns: readonly number[]): number | null {
  if (returns.length < 2) return null
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length
  const squares = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const deviation = Math.sqrt(squares / (returns.length - 1))
  const largest = Math.max(...returns.map(Math.abs))
  return deviation <= 1e-12 * largest ? null : (Math.sqrt(365) * mean) / deviation
}

function quoteFigures(account: Account): Figures {
  const figures: Figures = { quoting_share: share(account.quoting, account.closes) }
  const spread = spreadCaptured(account)
  if (spread !== null) figures['spread_captured_bps'] = spread
  for (const k of [1, 5, 20]) {
    const value = markout(account, k)
    if (value !== null) figures[`markout_${k}_bps`] = value
  }
  return figures
}

/** "Per leg: over all bought and sold, legs weighted by matched value." */
function spreadCaptured({ legs, orderFills }: Account): number | null {
  let weighted = 0
  let weights = 0
  for (const state of legs) {
    const buys = total(orderFills, state, 1)
    const sells = total(orderFills, state, -1)
    const matched = Math.min(buys.size, sells.size)
    if (matched === 0) continue
    const buy = buys.value / buys.size
    const sell = sells.value / sells.size
    const middle = (sell + buy) / 2
    weighted += ((sell - buy) / middle) * matched * middle
    weights += matched * middle
  }
  return weights === 0 ? null : (weighted / weights) * 10_000
}

function total(
  fills: readonly OrderFill[],
  leg: LegState,
  side: number,
): { size: number; value: number } {
  const own = fills.filter(fill => fill.leg === leg && fill.side === side)
  return {
    size: own.reduce((sum, fill) => sum + fill.size, 0),
    value: own.reduce((sum, fill) => sum + fill.size * fill.price, 0),
  }
}

/** "`side x (C[i+k] - P) / P`, quantity-weighted, fills without a candle `i+k` left out." */
function markout({ orderFills }: Account, k: number): number | null {
  let weighted = 0
  let weights = 0
  for (const { leg, index, side, price, size, isMaker } of orderFills) {
    const later = leg.market.candles[index + k]
    if (!isMaker || later === undefined) continue
    weighted += ((side * (later.close - price)) / price) * size
    weights += size
  }
  return weights === 0 ? null : (weighted / weights) * 10_000
}
