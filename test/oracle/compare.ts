import type { BacktestOutcome } from '../../src/backtest/run/backtest.js'
import type { Trade } from '../../src/core/account/trade.js'
import type { OracleInput, OracleOutcome } from './execution.js'

const TOLERANCE = 1e-9

/** Equal to 1e-9 of the value, or of `scale` where the value is a small difference of large ones. */
function isClose(a: unknown, b: unknown, scale: number): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b), scale)
}

/** Where two outcomes of one run differ: an empty list where they agree in everything. */
export function differences(
  oracle: OracleOutcome,
  engine: BacktestOutcome,
  input: OracleInput,
): string[] {
  const found: string[] = []
  const note = (what: string, a: unknown, b: unknown, scale: number): void => {
    if (!isClose(a, b, scale)) found.push(`${what}: oracle ${String(a)}, engine ${String(b)}`)
  }
  const { capital } = input.spec
  note('number of trades', oracle.trades.length, engine.trades.length, 0)
  oracle.trades.slice(0, engine.trades.length).forEach((trade, k) => {
    for (const name of Object.keys(trade) as (keyof Trade)[]) {
      note(`trade ${k} ${name}`, trade[name], engine.trades[k]![name], scaleOf(name, trade))
    }
  })
  note('number of equity points', oracle.equity.length, engine.equity.length, 0)
  oracle.equity.forEach((value, k) => note(`equity ${k}`, value, engine.equity[k], capital))
  for (const name of Object.keys(engine.metrics) as (keyof typeof engine.metrics)[]) {
    if (isNoise(name, oracle)) continue
    note(
      `metric ${name}`,
      oracle.metrics[name],
      engine.metrics[name],
      name === 'finalEquity' ? capital : isRatio(name) ? 1 : 1e-3,
    )
  }
  note('refused below the minimum', oracle.belowMinimum, engine.belowMinimum, 0)
  note('refused as not shortable', oracle.notShortable, engine.notShortable, 0)
  return found
}

/** Their numerator is a difference that floats leave a last digit off. */
function isRatio(name: string): boolean {
  return name === 'sharpe' || name === 'sortino' || name === 'calmar'
}

/** Ratios to a deviation or a drawdown so small that the rounding of floats shows in it. */
function isNoise(name: string, { metrics }: OracleOutcome): boolean {
  if (name === 'calmar') return metrics.maxDrawdown < 1e-4
  if (name !== 'sharpe' && name !== 'sortino') return false
  return Math.abs(metrics.volatility ?? 1) < 1e-4 || Math.abs(metrics[name] ?? 0) > 1e5
}

/** Times, counts and texts exactly; amounts against the worth of the position. */
function scaleOf(name: keyof Trade, trade: Trade): number {
  if (name === 'pnl' || name === 'fees' || name === 'slippage') return trade.size * trade.entryPrice
  return name === 'return' || name === 'mae' || name === 'mfe' ? 1 : 0
}
