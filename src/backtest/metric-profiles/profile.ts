import type { Report } from '../run/record/report.js'
import { backtestingPyFigures } from './backtesting-py-names.js'
import { measureAsEmpyrical } from './empyrical.js'
import { measureAsLean, probability } from './lean.js'
import { profileRun, type ForeignMetrics, type ProfileRun } from './profile-run.js'
import { measureAsQuantstats } from './quantstats.js'

export const PROFILE_NAMES = ['empyrical', 'quantstats', 'backtesting.py', 'lean'] as const

export type ProfileName = (typeof PROFILE_NAMES)[number]

/** Days a year that a profile counts with unless told otherwise; null where the library decides. */
export const PROFILE_DAYS: Readonly<Record<ProfileName, number | null>> = {
  empyrical: 252,
  quantstats: 252,
  'backtesting.py': null,
  lean: 365,
}

export interface ProfileChoice {
  readonly profile: ProfileName
  /** Days a year; ignored by a profile whose library decides. */
  readonly daysAYear: number | null
}

/** A run's figures under the definitions and names of another library. */
export interface MetricsAs {
  readonly profile: ProfileName
  /** The library and the version whose source the formulas follow. */
  readonly library: string
  readonly daysAYear: number | null
  /** Daily returns that the figures of the curve rest on. */
  readonly days: number
  readonly trades: number
  /** What a reader must know before comparing. */
  readonly notes: readonly string[]
  readonly metrics: ForeignMetrics
}

/** Measures a run as another library would. For cross-checks, not for judging a strategy. */
export function measureAs(report: Report, choice: ProfileChoice): MetricsAs {
  const run = profileRun(report)
  const daysAYear = choice.daysAYear ?? PROFILE_DAYS[choice.profile]
  const head = {
    profile: choice.profile,
    daysAYear,
    days: run.returns.length,
    trades: run.trades.length,
  }
  switch (choice.profile) {
    case 'empyrical':
      return {
        ...head,
        library: 'empyrical-reloaded 0.7.1',
        notes: [annualNote('empyrical', daysAYear!)],
        metrics: measureAsEmpyrical(run.returns, daysAYear!),
      }
    case 'quantstats':
      return {
        ...head,
        library: 'quantstats 0.0.86',
        notes: [annualNote('quantstats', daysAYear!), 'Wins and losses are days, not trades.'],
        metrics: measureAsQuantstats(run.returns, daysAYear!),
      }
    case 'lean':
      return {
        ...head,
        library: 'LEAN c6a51381',
        notes: leanNotes(run, daysAYear!),
        metrics: measureAsLean(run, daysAYear!),
      }
    case 'backtesting.py':
      return {
        ...head,
        library: 'backtesting.py 0.6.6',
        notes: [
          'Percentages are percentages here, as it prints them; it counts 365 days a year where weekends are traded.',
        ],
        metrics: backtestingPyFigures(report),
      }
  }
}

function annualNote(library: string, daysAYear: number): string {
  return daysAYear === 252
    ? `${library} counts 252 days a year unless told otherwise; this market has 365 (--metrics-as ${library}:365).`
    : `Annual figures count ${daysAYear} days a year; ${library} on its own counts 252.`
}

function leanNotes({ returns }: ProfileRun, daysAYear: number): string[] {
  const mended = probability(returns, daysAYear, 3)
  return [
    `LEAN's probabilistic Sharpe ratio fills the excess kurtosis into a formula that asks for the raw one; with the raw one it is ${mended.toFixed(6)}. Its benchmark is a Sharpe ratio of 1 a year.`,
    'The benchmark is the market of the run, not SPY; the risk-free rate is 0; figures are fractions and not rounded.',
    'Profits of trades are after the fees of both sides as charged; LEAN takes twice the fee of the exit.',
    'Total Orders, Estimated Strategy Capacity and Lowest Capacity Asset are left out: they are not figures of an equity curve.',
  ]
}
