import type { ParamValue } from '../../../core/strategy/params.js'

/** What the page of a sweep shows. Bounded in size whatever the number of trials. */
export interface SweepPageData {
  readonly sweepId: string
  readonly sweepHash: string
  /** Of a sweep that was stopped: what is shown is what was done. */
  readonly isComplete: boolean
  /** For example `ma_crossover, SOL-USDC 5m`. */
  readonly title: string
  /** The objective as the user wrote it. */
  readonly objective: string
  /** Names and texts of the manifest's table: method, seed, data hash, costs, dates, versions. */
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly trialsTotal: number
  readonly trialsFailed: number
  /** Swept names with the values that stand on an axis, at most 60 (a longer range is binned). */
  readonly axes: readonly SweepAxis[]
  /** One for each pair of numeric or named axes. */
  readonly heatMaps: readonly HeatMap[]
  /** The best trials and an even sample of the others, at most 3,000, best first. */
  readonly trials: readonly PageTrial[]
  readonly spread: Spread | null
  /** Equity of the best ten, each at most 1,000 points. */
  readonly curves: readonly EquityCurve[]
  /** Best trial of each template, or of each strategy, symbol and timeframe where there are several. */
  readonly groups: readonly TrialGroup[]
  readonly notes: readonly string[]
}

export interface SweepAxis {
  readonly name: string
  readonly values: readonly ParamValue[]
}

/** Scores over two axes, row by row of `y`; null where no trial stands. */
export interface HeatMap {
  /** Indices into the axes. */
  readonly x: number
  readonly y: number
  readonly best: readonly (number | null)[]
  readonly mean: readonly (number | null)[]
  readonly count: readonly number[]
}

export interface PageTrial {
  readonly number: number
  /** What the trial is called: strategy, symbol and timeframe where they differ, and template. */
  readonly label: string
  /** For each axis the trial's own value; null where the trial has no such name. */
  readonly values: readonly (ParamValue | null)[]
  readonly score: number | null
  /** Mean score of the trial and its neighbours, one step along each axis; null where unknown. */
  readonly plateau: number | null
  readonly metrics: Readonly<Record<string, number | null>>
}

/** How the scores of all trials lie. */
export interface Spread {
  readonly scored: number
  readonly min: number
  readonly q25: number
  readonly median: number
  readonly q75: number
  readonly max: number
  /** Share of trials with a total return above 0. */
  readonly profitable: number
  /** Counts of scores in even bins from `min` to `max`. */
  readonly histogram: readonly number[]
}

export interface EquityCurve {
  readonly label: string
  readonly time: readonly number[]
  readonly equity: readonly number[]
}

export interface TrialGroup {
  readonly label: string
  readonly trials: number
  readonly bestNumber: number
  readonly score: number | null
  readonly median: number | null
  readonly metrics: Readonly<Record<string, number | null>>
}
