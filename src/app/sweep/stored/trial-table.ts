import { formatFixed, formatPercent } from '../../../core/number-format.js'
import { METRIC_NAMES, parseObjective } from '../../../backtest/sweep/expressions/objective.js'
import { printable, TERMINAL_WIDTH, wrap } from '../../../core/text-layout.js'
import { table } from '../../../core/text-table.js'
import type { SweepRecord, TrialRecord } from '../../../core/ports/research/sweeps.js'
import { isStrategyFile } from '../../strategy/strategy-loader.js'

const NONE = '–'
const WIDTH = TERMINAL_WIDTH

/** Metrics that every table of trials shows. */
const SHOWN: Readonly<Record<string, readonly [string, (value: number) => string]>> = {
  total_return: ['return', formatPercent],
  sharpe: ['sharpe', value => formatFixed(value, 2)],
  max_drawdown: ['drawdown', formatPercent],
  trades: ['trades', value => formatFixed(value, 0)],
}

/**
 * Trials with what differs between them: in columns where that fits, in lines below the table
 * where it does not. What does not differ stands once below; `swept` names always stand with their
 * trial.
 */
export function trialTable(
  sweep: SweepRecord,
  trials: readonly TrialRecord[],
  swept: readonly string[],
): string[] {
  const settings = trials.map(settingsOf)
  const names = [...new Set(settings.flatMap(own => [...own.keys()]))].sort((a, b) =>
    a < b ? -1 : 1,
  )
  const isSame = (name: string): boolean =>
    !swept.includes(name) && settings.every(own => own.get(name) === settings[0]!.get(name))
  const columns: Column[] = [
    ...objectiveColumns(sweep),
    ...names
      .filter(name => !isSame(name))
      .map(name => ({ name, of: (_: TrialRecord, k: number) => settings[k]!.get(name) ?? NONE })),
  ]
  const same = names.filter(isSame).map(name => `${name} ${settings[0]!.get(name)}`)
  const prefix = trials.length > 1 ? 'fixed' : 'with'
  return [...fitted(trials, columns), '', ...wrap(`${prefix}: ${same.join(', ')}`, WIDTH, '  ')]
}

interface Column {
  readonly name: string
  readonly of: (trial: TrialRecord, place: number) => string
}

function fitted(trials: readonly TrialRecord[], columns: readonly Column[]): string[] {
  const wide = drawn(trials, columns)
  // Wrapped cells, or columns below each other, are harder to read than lines below the table.
  if (wide.split('\n').length === trials.length + 2) return [wide]
  const lines = trials.map((trial, k) => {
    const own = columns.map(({ name, of }) => `${name} ${of(trial, k)}`)
    return wrap(`trial ${trial.number}: ${own.join(', ')}`, WIDTH, '  ')
  })
  return [drawn(trials, []), '', ...lines.flat()]
}

function drawn(trials: readonly TrialRecord[], columns: readonly Column[]): string {
  const headings = ['trial', 'score', ...Object.values(SHOWN).map(([heading]) => heading)]
  const rows = trials.map((trial, k) => [
    String(trial.number),
    scoreText(trial.score),
    ...Object.entries(SHOWN).map(([name, [, format]]) => {
      const value = trial.metrics?.[name] ?? null
      return value === null ? NONE : format(value)
    }),
    ...columns.map(({ of }) => of(trial, k)),
  ])
  return table([...headings, ...columns.map(({ name }) => name)], rows)
}

/**
 * The objectives but the first, whose score every table shows. A metric stands as it is; a function
 * in a file has no column, since the file may have changed or gone.
 */
function objectiveColumns({ manifest }: SweepRecord): Column[] {
  const given = (Object(manifest) as { objectives?: unknown }).objectives
  const texts = Array.isArray(given) ? given.map(String).slice(1) : []
  return texts
    .filter(text => !isStrategyFile(text) && !Object.hasOwn(SHOWN, text.trim()))
    .map(text => {
      const metric = text.trim().replace(/^(max|min):\s*/, '')
      if (METRIC_NAMES.includes(metric)) {
        return { name: metric, of: ({ metrics }) => scoreText(metrics?.[metric] ?? null) }
      }
      const mix = parseObjective(text)
      return {
        name: printable(mix.text),
        of: ({ metrics, params }) => scoreText(metrics && mix.score(metrics, params)),
      }
    })
}

function settingsOf(trial: TrialRecord): ReadonlyMap<string, string> {
  const { strategy, symbol, timeframe, template, params } = trial
  const own = Object.entries({ ...params, strategy, symbol, timeframe })
  if (template !== null) own.push(['template', template])
  return new Map(own.map(([name, value]) => [name, printable(String(value))]))
}

/** A score as tables show it. */
export function scoreText(score: number | null): string {
  return score === null ? NONE : String(Number(score.toPrecision(6)))
}
