import { impactPreset, type Impact } from '../../core/account/costs.js'
import type { LegSpec } from '../../core/trading/desk.js'
import type { StressRuns } from './stress-runs.js'

/** How the result falls as the capital grows and moves the price. */
export interface CapacityCurve {
  /** Capitals tried. */
  readonly n: number
  readonly points: readonly CapacityPoint[]
  /** Capital at which the net return is zero, quote currency; null where there is none, and `reason` says why. */
  readonly capitalAtZero: number | null
  /** Name of the impact curve; null where none fits the market. */
  readonly impact: string | null
  readonly method: string
  readonly reason: string | null
}

export interface CapacityPoint {
  readonly capital: number
  readonly multiple: number
  /** -1 where all was lost, or more. */
  readonly totalReturn: number
  readonly sharpe: number | null
}

export interface CapacityOptions {
  /** Name of an impact preset; null for the run's own, or `sol-usdc-calm` for SOL. */
  readonly impact?: string | null | undefined
  readonly capitalMax?: number | undefined
}

const CAPITAL_MAX = 1e8
const SOL_PRESET = 'sol-usdc-calm'

/** Runs that a curve takes at most. */
export const CAPACITY_RUNS = 12

/**
 * The run at 1, 10, 100 ... times its capital, up to `capitalMax`, under an impact curve. Position
 * sizes in quote currency grow with the capital.
 * @throws AppError INVALID_SETTING for an unknown preset
 */
export function capacityCurve(runs: StressRuns, options: CapacityOptions = {}): CapacityCurve {
  const chosen = chooseImpact(runs, options.impact ?? null)
  const method = methodOf(chosen?.name ?? null)
  const nothing = { n: 0, points: [], capitalAtZero: null, impact: chosen?.name ?? null, method }
  if (runs.own.trades === 0) return { ...nothing, reason: 'the run has no closed trade' }
  if (chosen === null) {
    const reason = `no impact curve is known for ${runs.request.symbol}: the presets were measured on SOL-USDC`
    return { ...nothing, reason }
  }
  const points = pointsUpTo(runs, chosen.impact, options.capitalMax ?? CAPITAL_MAX)
  return { ...nothing, n: points.length, points, ...zeroOf(points, runs.spent) }
}

function methodOf(name: string | null): string {
  const which =
    name === null
      ? ''
      : ` of ${name}${name.startsWith('sol-usdc') ? ', which was fitted to quotes of SOL-USDC and holds for that market alone' : ''}`
  return `the run at multiples of its capital, with the price impact a + b × Q^g${which}; zero by interpolation in the logarithm of capital`
}

function chooseImpact(
  { request }: StressRuns,
  name: string | null,
): { name: string; impact: Impact } | null {
  const named = (preset: string) => {
    const impact = impactPreset(preset)
    return impact && { name: preset, impact }
  }
  if (name !== null) return named(name)
  if (request.costs.impact !== null) return { name: request.impact, impact: request.costs.impact }
  return /^SOL([-/_]|$)/.test(request.symbol) ? named(SOL_PRESET) : null
}

function pointsUpTo(runs: StressRuns, impact: Impact, capitalMax: number): CapacityPoint[] {
  const { capital, costs } = runs.request
  const points: CapacityPoint[] = []
  for (let multiple = 1; points.length < CAPACITY_RUNS; multiple *= 10) {
    if (multiple > 1 && capital * multiple > capitalMax) break
    const spec = runs.specWith({
      capital: capital * multiple,
      costs: { ...costs, impact },
      legs: runs.input.spec.legs.map(leg => withMultipliedSize(leg, multiple)),
    })
    const figures = runs.run({ spec })
    if (figures === null) break
    const isLost = figures.totalReturn <= -1
    points.push({
      capital: capital * multiple,
      multiple,
      totalReturn: isLost ? -1 : figures.totalReturn,
      sharpe: isLost ? null : figures.sharpe,
    })
  }
  return points
}

function withMultipliedSize(leg: LegSpec, multiple: number): LegSpec {
  const size = leg.risk.positionSize
  if (size?.kind !== 'quote') return leg
  const positionSize = { ...size, amount: size.amount * multiple }
  return { ...leg, risk: { ...leg.risk, positionSize } }
}

function zeroOf(
  points: readonly CapacityPoint[],
  spent: string | null,
): { capitalAtZero: number | null; reason: string | null } {
  const first = points[0]
  if (first === undefined) return { capitalAtZero: null, reason: spent }
  if (first.totalReturn <= 0) {
    return { capitalAtZero: null, reason: 'with impact it gains nothing at its own capital' }
  }
  const k = points.findIndex(({ totalReturn }) => totalReturn <= 0)
  if (k < 0) {
    const { capital } = points[points.length - 1]!
    return { capitalAtZero: null, reason: spent ?? `it still gains with a capital of ${capital}` }
  }
  const [below, above] = [points[k - 1]!, points[k]!]
  const share = below.totalReturn / (below.totalReturn - above.totalReturn)
  const capitalAtZero = below.capital * Math.pow(above.capital / below.capital, share)
  return { capitalAtZero, reason: null }
}
