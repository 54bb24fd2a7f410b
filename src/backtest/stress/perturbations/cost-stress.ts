import type { Costs } from '../../../core/account/costs.js'
import type { RunFigures, StressRuns } from '../stress-runs.js'

/** The run with its costs multiplied. */
export interface CostStress {
  readonly points: readonly CostPoint[]
  /** Multiple of all costs at which nothing is left; null where there is none, and `reason` says why. */
  readonly breakEven: number | null
  /** Runs made, those of the search for it included. */
  readonly n: number
  readonly method: string
  readonly reason: string | null
}

export interface CostPoint {
  readonly multiple: number
  readonly figures: RunFigures | null
}

const METHOD =
  'fee, slippage, impact and fixed costs are all multiplied; the break-even multiple is found by bisection of the total return to 0.1 %, between a multiple with profit and one without'

/** Fee and slippage may not grow beyond this share of a price. */
const RATE_MAX = 0.5
const MULTIPLE_MAX = 1024
const PRECISION = 0.001

/** Runs that the search for the break-even takes at most. */
export const BREAK_EVEN_RUNS = 24

/** The run at multiples of its costs, and the multiple that leaves nothing. */
export function costStress(runs: StressRuns, multiples: readonly number[] = [2, 5]): CostStress {
  const before = runs.count
  const points = multiples.map(multiple => ({ multiple, figures: runAt(runs, multiple) }))
  const { breakEven, reason } = findBreakEven(runs)
  return { points, breakEven, n: runs.count - before, method: METHOD, reason }
}

/** All costs, times a multiple. */
export function multipliedCosts(costs: Costs, multiple: number): Costs {
  const { fee, makerFee, slippage, txCost, impact } = costs
  return {
    ...costs,
    makerFee: Math.min(RATE_MAX, makerFee * multiple),
    fee: Math.min(RATE_MAX, fee * multiple),
    slippage: Math.min(RATE_MAX, slippage * multiple),
    txCost: txCost * multiple,
    impact: impact && { a: impact.a * multiple, b: impact.b * multiple, g: impact.g },
  }
}

function runAt(runs: StressRuns, multiple: number): RunFigures | null {
  const costs = multipliedCosts(runs.request.costs, multiple)
  return runs.run({ spec: runs.specWith({ costs }) })
}

function findBreakEven(runs: StressRuns): { breakEven: number | null; reason: string | null } {
  const { fee, slippage, txCost, impact } = runs.request.costs
  const none = (reason: string | null) => ({ breakEven: null, reason })
  if (runs.own.trades === 0) return none('the run has no closed trade')
  if (fee === 0 && slippage === 0 && txCost === 0 && impact === null) {
    return none('the run has no costs to multiply')
  }
  let [low, high] = [0, 1]
  if (runs.own.totalReturn > 0) {
    for (low = 1, high = 2; ; low = high, high *= 2) {
      if (high > MULTIPLE_MAX) return none(`it still gains at ${MULTIPLE_MAX} times the costs`)
      if (low * Math.max(fee, slippage) >= RATE_MAX) {
        return none('it still gains at half of the price in costs')
      }
      const one = runAt(runs, high)
      if (one === null) return none(runs.spent)
      if (one.totalReturn <= 0) break
    }
  } else {
    const free = runAt(runs, 0)
    if (free === null) return none(runs.spent)
    if (free.totalReturn <= 0) return none('it gains nothing even without costs')
  }
  while (high - low > PRECISION * Math.max(high, PRECISION)) {
    const middle = (low + high) / 2
    const one = runAt(runs, middle)
    if (one === null) return none(runs.spent)
    if (one.totalReturn > 0) low = middle
    else high = middle
  }
  return { breakEven: (low + high) / 2, reason: null }
}
