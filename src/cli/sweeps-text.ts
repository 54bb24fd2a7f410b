import { formatFixed, formatPercent, formatShort } from '../backtest/number-format.js'
import { cut, printable } from '../backtest/text-layout.js'
import type { SweepRecord, TrialRecord } from '../core/ports.js'
import { table } from './output.js'
import type { Fact, SweepComparison } from './sweeps-comparison.js'

const NONE = '–'
const FACT_WIDTH = 40

/** A sweep and its best trials, for a terminal; `swept` names always have a column. */
export function sweepText(
  sweep: SweepRecord,
  trials: readonly TrialRecord[],
  swept: readonly string[] = [],
): string {
  const { trialsTotal, trialsFailed, seconds, candleEvaluations } = sweep
  const rate = seconds > 0 ? `, ${formatShort(candleEvaluations / seconds)} candles/s` : ''
  const lines = [
    `${sweep.sweepId}  ${sweep.strategy}  ${sweep.symbol}  ${sweep.timeframe}  made ${sweep.createdAt}`,
    statusText(sweep),
    `${trialsTotal} trials, ${trialsFailed} failed, ${formatFixed(seconds, 2)} s${rate}`,
    `best by ${printable(sweep.objective)}:`,
    '',
  ]
  if (trials.length === 0) return [...lines, 'no trials are stored'].join('\n')
  return [...lines, ...trialTable(trials, swept)].join('\n')
}

function statusText({ status, sweepHash, sweepId }: SweepRecord): string {
  if (status === 'complete') return `complete, result ${sweepHash ?? NONE}`
  const state = status === 'stopped' ? 'stopped' : 'still running, or killed'
  return `${state}; assay sweep --resume ${sweepId} goes on`
}

/** What differs between these trials has a column; what does not stands once below. */
function trialTable(trials: readonly TrialRecord[], swept: readonly string[]): string[] {
  const settings = trials.map(settingsOf)
  const names = [...new Set(settings.flatMap(own => [...own.keys()]))].sort((a, b) =>
    a < b ? -1 : 1,
  )
  const isSame = (name: string): boolean =>
    !swept.includes(name) && settings.every(own => own.get(name) === settings[0]!.get(name))
  const varied = names.filter(name => !isSame(name))
  const rows = trials.map((trial, k) => [
    String(trial.number),
    ...figuresOf(trial),
    ...varied.map(name => settings[k]!.get(name) ?? NONE),
  ])
  const headings = ['trial', 'score', 'return', 'sharpe', 'drawdown', 'trades', ...varied]
  const same = names.filter(isSame).map(name => `${name} ${settings[0]!.get(name)}`)
  const messages = trials
    .filter(({ message }) => message !== null)
    .map(({ number, message }) => `trial ${number} failed: ${cut(printable(message!), 100)}`)
  return [
    table(headings, rows),
    '',
    `${trials.length > 1 ? 'the same in these' : 'with'}: ${same.join(', ')}`,
    ...messages,
  ]
}

function settingsOf(trial: TrialRecord): ReadonlyMap<string, string> {
  const { strategy, symbol, timeframe, template, params } = trial
  const own = Object.entries({ ...params, strategy, symbol, timeframe })
  if (template !== null) own.push(['template', template])
  return new Map(own.map(([name, value]) => [name, printable(String(value))]))
}

function figuresOf({ score, metrics }: TrialRecord): string[] {
  const show = (name: string, format: (value: number) => string): string => {
    const value = metrics?.[name] ?? null
    return value === null ? NONE : format(value)
  }
  return [
    scoreText(score),
    show('total_return', formatPercent),
    show('sharpe', value => formatFixed(value, 2)),
    show('max_drawdown', formatPercent),
    show('trades', String),
  ]
}

function scoreText(score: number | null): string {
  return score === null ? NONE : String(Number(score.toPrecision(6)))
}

/** Two sweeps side by side, for a terminal. */
export function comparisonText(
  a: SweepRecord,
  b: SweepRecord,
  facts: readonly Fact[],
  compared: SweepComparison,
): string {
  const lines = [...factLines(a, b, facts), ...setLines(a, b, compared)]
  if (a.objective !== b.objective) {
    lines.push('the objectives differ, so that only ranks can be compared, not scores')
  }
  return [...lines, '', ...bestLines(a, b, compared)].join('\n')
}

function factLines(a: SweepRecord, b: SweepRecord, facts: readonly Fact[]): string[] {
  if (facts.length === 0) return ['both were asked for the same', '']
  const cell = (value: unknown): string =>
    value === null ? NONE : cut(printable(String(value)), FACT_WIDTH)
  const rows = facts.map(({ name, a: left, b: right }) => [name, cell(left), cell(right)])
  return [table(['fact', a.sweepId, b.sweepId], rows), '']
}

function setLines(a: SweepRecord, b: SweepRecord, compared: SweepComparison): string[] {
  const { both, scored, change, rankCorrelation, setsA, setsB } = compared
  const lines = [`sets: ${setsA} in ${a.sweepId}, ${setsB} in ${b.sweepId}, ${both} in both`]
  if (change !== null) {
    lines.push(
      `score, over ${scored} sets with one in both: ${[
        `mean change ${scoreText(change.mean)}`,
        `median ${scoreText(change.median)}`,
        `from ${scoreText(change.min)} to ${scoreText(change.max)}`,
        `better in ${formatPercent(change.improved)}`,
      ].join(', ')}`,
    )
  }
  const correlation = rankCorrelation === null ? NONE : formatFixed(rankCorrelation, 3)
  return [...lines, `rank correlation (Spearman): ${correlation}`]
}

function bestLines(a: SweepRecord, b: SweepRecord, compared: SweepComparison): string[] {
  const row = (
    own: SweepRecord,
    found: SweepComparison['bestOfA'],
    total: number,
  ): string[] | null =>
    found && [
      own.sweepId,
      String(found.trial.number),
      scoreText(found.trial.score),
      found.other === null ? 'not tried' : scoreText(found.other.score),
      found.other === null ? NONE : `${found.other.rank} of ${total}`,
      paramsText(found.trial),
    ]
  const rows = [row(a, compared.bestOfA, compared.setsB), row(b, compared.bestOfB, compared.setsA)]
  const known = rows.filter(cells => cells !== null)
  if (known.length === 0) return ['no trial of either has a score']
  return [table(['best of', 'trial', 'score', 'in the other', 'rank there', 'set'], known)]
}

function paramsText({ params }: TrialRecord): string {
  return Object.keys(params)
    .sort((x, y) => (x < y ? -1 : 1))
    .map(name => `${name} ${printable(String(params[name]))}`)
    .join(', ')
}
