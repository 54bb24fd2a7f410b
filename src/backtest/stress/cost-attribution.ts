import { impactShare } from '../../core/account/costs.js'
import type { TradingEvent } from '../../core/account/events.js'
import { runBacktest } from '../run/replay/backtest.js'
import type { BacktestOutcome } from '../run/replay/outcome.js'
import { backtestInput } from '../run/run.js'
import type { RunData, RunRequest } from '../run/record/run-request.js'

/** What the run made before costs, and what took it. Quote currency. */
export interface CostAttribution {
  /** Fills. */
  readonly n: number
  /** `net + fees + slippage + impact + fixedCosts`, added in this order: profit at reference prices. */
  readonly gross: number
  readonly fees: number
  /** Without impact. */
  readonly slippage: number
  readonly impact: number
  readonly fixedCosts: number
  /** Final equity less the capital. */
  readonly net: number
  /** All costs by the gross profit; null where there was none. */
  readonly costShare: number | null
  readonly formula: string
  readonly reason: string | null
}

const FORMULA =
  'gross = net + fees + slippage + impact + fixed costs; net = final equity − capital; slippage and impact = Σ |fill price − reference price| × quantity, parted by their rates at each fill'

/** What each kind of cost took from the run's profit at reference prices. */
export function costAttribution(
  request: RunRequest,
  data: RunData,
  outcome: BacktestOutcome,
): CostAttribution {
  const { finalEquity, feesPaid, txCostsPaid, slippagePaid } = outcome.metrics
  const net = finalEquity - request.capital
  const { fills, impact: moved } = impactPaid(request, data)
  const slippage = slippagePaid - moved
  const gross = net + feesPaid + slippage + moved + txCostsPaid
  const costs = feesPaid + slippagePaid + txCostsPaid
  return {
    n: fills,
    gross,
    fees: feesPaid,
    slippage,
    impact: moved,
    fixedCosts: txCostsPaid,
    net,
    costShare: fills === 0 || gross <= 0 ? null : costs / gross,
    formula: FORMULA,
    reason: reasonOf(fills, gross),
  }
}

function reasonOf(fills: number, gross: number): string | null {
  if (fills === 0) return 'the run has no fill'
  return gross <= 0 ? 'there is no gross profit to take a share of' : null
}

/** Runs again and listens to the fills, for the rate of impact hangs on the size of each. */
function impactPaid(request: RunRequest, data: RunData): { fills: number; impact: number } {
  const { slippage, impact: curve } = request.costs
  let [fills, impact] = [0, 0]
  const sink = (event: TradingEvent): void => {
    if (event.type !== 'trade.executed') return
    fills += 1
    if (curve === null || event.slippage === 0) return
    const share = impactShare(curve, event.size)
    impact += (event.slippage * share) / (slippage + share)
  }
  runBacktest({ ...backtestInput(request, data), sink })
  return { fills, impact }
}
