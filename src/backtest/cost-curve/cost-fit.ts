import { impactBps, type Impact } from '../../core/account/costs.js'
import { AppError } from '../../core/errors.js'
import type { QuoteColumns } from '../../core/ports/market/quotes.js'
import { fitCurve, type FitPoints } from './huber-fit.js'
import { roundCosts, type QuoteCosts, type RoundCosts, type UsedRound } from './round-costs.js'

/** When a market is calm, when it moves, or both together. */
export type Regime = 'all' | 'calm' | 'busy'

/** What quotes of one size cost, beside what the curve says. Basis points. */
export interface SizeCosts {
  readonly size: number
  readonly asked: number
  /** Without a price. */
  readonly failed: number
  readonly median: number
  readonly p95: number
  readonly fitted: number
}

/** A curve fitted to rounds of one regime. */
export interface RegimeFit {
  readonly regime: Regime
  readonly rounds: number
  readonly quotes: number
  /** Over the size in units of the quote coin. */
  readonly curve: Impact
  /** Root of the mean square of what quotes are off, basis points. */
  readonly rmse: number
  /**
   * Median of what later rounds are off from a curve fitted to the earlier ones alone, basis points.
   */
  readonly outOfSample: number
  readonly sizes: readonly SizeCosts[]
}

export interface CostFit {
  readonly fits: readonly RegimeFit[]
  readonly discarded: number
  /** Median of the middles: quote coins by base coins. */
  readonly mid: number
  /** The movement in a minute from which a market counts as busy, as a share; NaN where unknown. */
  readonly busyFrom: number
  readonly first: number
  readonly last: number
}

/** Fewer say too little. */
export const ROUNDS_MIN = 200
const REGIME_ROUNDS_MIN = 50
const BUSY_SHARE = 0.2
/** The part of the rounds, by time, that a curve is made of to be tried on the rest. */
const TRAINING_SHARE = 0.7

/**
 * Fits the cost of a market fill over its size, as the middle of recorded quotes has it.
 * @throws AppError CHECK_FAILED below 200 usable rounds
 */
export function fitCosts(quotes: QuoteColumns): CostFit {
  const made = roundCosts(quotes)
  const { rounds, discarded } = made
  if (rounds.length < ROUNDS_MIN) throw tooFew(rounds.length, discarded)
  const busyFrom = busyLimit(rounds)
  const isBusy = (round: UsedRound): boolean => round.move >= busyFrom
  const fits: RegimeFit[] = [fitRegime('all', made, () => true)]
  for (const regime of ['calm', 'busy'] as const) {
    const isIn = (round: UsedRound): boolean =>
      !Number.isNaN(round.move) && isBusy(round) === (regime === 'busy')
    if (rounds.filter(isIn).length >= REGIME_ROUNDS_MIN) fits.push(fitRegime(regime, made, isIn))
  }
  return {
    fits,
    discarded,
    busyFrom,
    mid: quantile(
      Float64Array.from(rounds, ({ mid }) => mid),
      0.5,
    ),
    first: rounds[0]!.time,
    last: rounds[rounds.length - 1]!.time,
  }
}

function tooFew(rounds: number, discarded: number): AppError {
  const more = discarded === 0 ? '' : `, ${discarded} others were discarded`
  return new AppError(
    'CHECK_FAILED',
    `${rounds} rounds of quotes can be used${more}; a curve needs ${ROUNDS_MIN}`,
    { hint: 'record more: assay record SYMBOL', data: { rounds, discarded, needed: ROUNDS_MIN } },
  )
}

/** The movement in a minute that a fifth of the rounds reaches. */
function busyLimit(rounds: readonly UsedRound[]): number {
  const moves = Float64Array.from(rounds, ({ move }) => move).filter(move => !Number.isNaN(move))
  return moves.length === 0 ? NaN : quantile(moves, 1 - BUSY_SHARE)
}

function fitRegime(
  regime: Regime,
  { costs, rounds, asked }: RoundCosts,
  isIn: (round: UsedRound) => boolean,
): RegimeFit {
  const chosen = rounds.map(isIn)
  const points = pick(costs, round => chosen[round]!)
  const count = chosen.filter(Boolean).length
  const curve = fitCurve(points)
  return {
    regime,
    rounds: count,
    quotes: points.length,
    curve,
    rmse: Math.sqrt(meanSquare(points, curve)),
    outOfSample: outOfSample(costs, chosen),
    sizes: sizesOf(points, curve, regime === 'all' ? asked : new Map()),
  }
}

function pick(costs: QuoteCosts, isIn: (round: number) => boolean): FitPoints {
  const [size, bps] = [new Float64Array(costs.length), new Float64Array(costs.length)]
  let length = 0
  for (let i = 0; i < costs.length; i++) {
    if (!isIn(costs.round[i]!)) continue
    size[length] = costs.size[i]!
    bps[length++] = costs.bps[i]!
  }
  return { length, size: size.subarray(0, length), bps: bps.subarray(0, length) }
}

function meanSquare({ length, size, bps }: FitPoints, curve: Impact): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += (bps[i]! - impactBps(curve, size[i]!)) ** 2
  return sum / length
}

function outOfSample(costs: QuoteCosts, chosen: readonly boolean[]): number {
  const border = Math.floor(chosen.length * TRAINING_SHARE)
  const curve = fitCurve(pick(costs, round => chosen[round]! && round < border))
  const later = pick(costs, round => chosen[round]! && round >= border)
  const off = Float64Array.from({ length: later.length }, (_, i) =>
    Math.abs(later.bps[i]! - impactBps(curve, later.size[i]!)),
  )
  return off.length === 0 ? NaN : quantile(off, 0.5)
}

function sizesOf(
  { length, size, bps }: FitPoints,
  curve: Impact,
  asked: RoundCosts['asked'],
): SizeCosts[] {
  const groups = new Map<number, number[]>()
  for (let i = 0; i < length; i++) {
    const group = groups.get(size[i]!)
    if (group === undefined) groups.set(size[i]!, [bps[i]!])
    else group.push(bps[i]!)
  }
  const known = new Set([...groups.keys(), ...asked.keys()])
  return [...known]
    .sort((a, b) => a - b)
    .map(one => {
      const values = Float64Array.from(groups.get(one) ?? [])
      return {
        size: one,
        asked: asked.get(one)?.asked ?? values.length,
        failed: asked.get(one)?.failed ?? 0,
        median: values.length === 0 ? NaN : quantile(values, 0.5),
        p95: values.length === 0 ? NaN : quantile(values, 0.95),
        fitted: impactBps(curve, one),
      }
    })
}

function quantile(values: Float64Array, share: number): number {
  const sorted = values.slice().sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}
