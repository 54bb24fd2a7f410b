import { assert } from '../../assert.js'
import { sharpeFigures, type SharpeFigures } from './sharpe-figures.js'
import { RETURNS_MIN, isConstant, type Trial } from '../statistic.js'

/** A trial that has a Sharpe ratio. */
export interface RatedTrial extends Trial {
  /** What the papers compute with. */
  readonly figures: SharpeFigures
}

/** Trials that can be compared, and how many cannot because their returns never differ. */
export interface RatedTrials {
  /** Those that have a Sharpe ratio. */
  readonly rated: readonly RatedTrial[]
  /** How many have none. */
  readonly withoutSharpe: number
  /** Returns of each trial. */
  readonly count: number
}

/** The trials that have a Sharpe ratio; all must be as long as each other. */
export function rateTrials(trials: readonly Trial[]): RatedTrials {
  const count = trials[0]?.returns.length ?? 0
  for (const { returns } of trials) assert(returns.length === count, 'trials differ in length')
  const rated =
    count < RETURNS_MIN
      ? []
      : trials
          .filter(({ returns }) => !isConstant(returns))
          .map(trial => ({ ...trial, figures: sharpeFigures(trial.returns) }))
  return { rated, withoutSharpe: trials.length - rated.length, count }
}

/** The trial of this name, or the one with the highest Sharpe ratio, the first of several. */
export function selectTrial({ rated }: RatedTrials, name?: string): RatedTrial | undefined {
  if (name !== undefined) return rated.find(trial => trial.name === name)
  return rated.reduce<RatedTrial | undefined>(
    (best, trial) =>
      best === undefined || trial.figures.sharpe > best.figures.sharpe ? trial : best,
    undefined,
  )
}

/** Why nothing can be said of the selected trial. */
export function reasonWithoutTrial({ count }: RatedTrials, name?: string): string {
  if (count < RETURNS_MIN) return `${count} returns are too few, at least ${RETURNS_MIN} are needed`
  return name === undefined
    ? 'every return of every trial is the same, so no trial has a deviation'
    : `every return of "${name}" is the same, so the deviation is zero`
}

/** Variance of the trials' Sharpe ratios per period, with n - 1; null for fewer than two trials. */
export function varianceOfSharpes(rated: readonly RatedTrial[]): number | null {
  if (rated.length < 2) return null
  const mean = rated.reduce((sum, { figures }) => sum + figures.sharpe, 0) / rated.length
  const squares = rated.reduce((sum, { figures }) => sum + Math.pow(figures.sharpe - mean, 2), 0)
  return squares / (rated.length - 1)
}
