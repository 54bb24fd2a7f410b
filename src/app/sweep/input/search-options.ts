import { RUN_OPTIONS, type RunOptions } from '../../backtest/input/run-options.js'
import type { Amount, Optional } from '../../options/options.js'

type Scalar = string | number | boolean

/** How trials are evaluated, which changes no result. */
export type EvaluationOptions = Optional<{
  /** Refuse a search of more sets than this. */
  maxTrials: Amount
  /** Threads. */
  workers: Amount
  /** Memory for indicator columns: `256MB`. */
  memory: string
  /** Seconds that one set may take. */
  timeLimit: Amount
}>

/** A search over the parameters of a run. */
export type SearchOptions = RunOptions &
  EvaluationOptions &
  Optional<{
    /** `{ fast_ma: '5:30:5', slow_ma: [40, 80] }`, or `['fast_ma=5:30:5']`. */
    grid: readonly string[] | Readonly<Record<string, Scalar | readonly Scalar[]>>
    method: string
    trials: Amount
    seed: Amount
    patience: Amount
    where: string | readonly string[]
    objective: string | readonly string[]
    minTrades: Amount
    /** `all`, or names with commas. */
    templates: string
    /** `common` or `own`. */
    align: string
  }>

/** A search that is run, stored and written as a page; lists with commas make a field of each. */
export type SweepOptions = SearchOptions &
  Optional<{
    /** Go on with a stopped sweep: its id, or `latest`. */
    resume: string
    distributed: boolean
    /** Path of a page to write, or `none`. */
    report: string
  }>

/** The options of a search of every kind. */
export const SEARCH_OPTIONS = [
  ...RUN_OPTIONS,
  'grid',
  'method',
  'trials',
  'seed',
  'patience',
  'where',
  'objective',
  'minTrades',
  'maxTrials',
  'workers',
  'memory',
  'timeLimit',
  'templates',
] as const satisfies readonly (keyof SearchOptions)[]

export const SWEEP_OPTIONS = [
  ...SEARCH_OPTIONS,
  'align',
  'resume',
  'distributed',
  'report',
] as const satisfies readonly (keyof SweepOptions)[]
