import type { Trade } from '../../../core/account/trade.js'

/** Trades and days that have something in common. */
export interface RegimeGroup {
  readonly key: string
  /** Trades. */
  readonly n: number
  /** Quote currency. */
  readonly netPnl: number
  /** Mean of profit by what the entry cost; null without trades. */
  readonly meanReturn: number | null
  readonly winRate: number | null
  /** Share of the profit of all trades; null where there is none to share. */
  readonly profitShare: number | null
  /** Null where days cannot be told apart so. */
  readonly days: number | null
  readonly meanDailyReturn: number | null
  /** √365 × mean / deviation (n - 1) of these days alone. */
  readonly sharpe: number | null
}

const DAYS_A_YEAR = 365

/** A deviation below this is what floats leave of none at all. */
const NO_DEVIATION = 1e-13

/** Sums over a group. */
export class GroupTally {
  private trades = 0
  private net = 0
  private returns = 0
  private wins = 0
  private readonly daily: number[] = []

  takeTrade(trade: Trade): void {
    this.trades += 1
    this.net += trade.pnl
    this.returns += trade.return
    if (trade.pnl > 0) this.wins += 1
  }

  takeDay(value: number): void {
    this.daily.push(value)
  }

  /** The group, as part of a profit. */
  read(key: string, profit: number, hasDays: boolean): RegimeGroup {
    const { trades, net } = this
    const days = this.daily.length
    const mean = days === 0 ? null : this.daily.reduce((sum, one) => sum + one, 0) / days
    return {
      key,
      n: trades,
      netPnl: net,
      meanReturn: trades === 0 ? null : this.returns / trades,
      winRate: trades === 0 ? null : this.wins / trades,
      profitShare: profit > 0 ? net / profit : null,
      days: hasDays ? days : null,
      meanDailyReturn: mean,
      sharpe: mean === null ? null : this.sharpeOf(mean),
    }
  }

  private sharpeOf(mean: number): number | null {
    const squares = this.daily.reduce((sum, one) => sum + (one - mean) ** 2, 0)
    const deviation = Math.sqrt(squares / (this.daily.length - 1))
    return deviation >= NO_DEVIATION ? (Math.sqrt(DAYS_A_YEAR) * mean) / deviation : null
  }
}
