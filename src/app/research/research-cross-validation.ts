/** One choice of test groups, with what was picked in its training. */
export interface CombinationResult {
  /** Groups that are tested, from 0. */
  readonly tested: readonly number[]
  readonly training_days: number
  /** Number of the trial that was picked; null where none had a score. */
  readonly trial: number | null
  readonly score_in_sample: number | null
  readonly score_out_of_sample: number | null
  /** Near 1 where the pick is the best of all sets out of sample, near 0 where it is the worst. */
  readonly rank: number | null
  readonly in_sample: Readonly<Record<string, number | null>> | null
  readonly out_of_sample: Readonly<Record<string, number | null>> | null
}

/** One whole history out of sample: each group by what a combination that tests it has picked. */
export interface PathResult {
  readonly sharpe: number | null
  readonly total_return: number | null
  readonly cagr: number | null
  readonly max_drawdown: number | null
  /** Of each group, the combination that its days are taken from, from 0. */
  readonly combinations: readonly number[]
}

/** A cross-validation as `assay cross-validate --json` prints it. */
export interface CrossValidationResult {
  readonly sweep_id: string
  readonly from: string
  readonly to: string
  readonly decide_from: string | null
  readonly days: number
  readonly group_list: readonly {
    readonly from: string
    readonly to: string
    readonly days: number
  }[]
  readonly median_sharpe: number | null
  /** Why there is none; null where there is one. */
  readonly reason: string | null
  readonly distribution: Readonly<
    Record<string, Readonly<Record<'p5' | 'median' | 'p95', number>> | null>
  > | null
  readonly shares: Readonly<Record<string, number | null>> | null
  readonly holding: Readonly<Record<string, number | null>> | null
  readonly below_median_probability: number | null
  readonly degradation: Readonly<Record<'slope' | 'intercept' | 'r2', number | null>> | null
  readonly picks: readonly {
    readonly trial: number
    readonly run_id: string
    readonly template: string | null
    readonly params: Readonly<Record<string, string | number | boolean>>
    readonly combinations: number
    readonly share: number
  }[]
  readonly combinations: readonly CombinationResult[]
  readonly paths: readonly PathResult[]
  readonly [detail: string]: unknown
}
