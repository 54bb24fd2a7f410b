import { counted, formatFixed, formatPercent, formatShort } from '../../../core/number-format.js'
import { cut, printable, TERMINAL_WIDTH, wrap } from '../../../core/text-layout.js'
import { table } from '../../../core/text-table.js'
import type { SweepRecord, TrialRecord } from '../../../core/ports/research/sweeps.js'
import type { Fact, SweepComparison } from './sweeps-comparison.js'
import { scoreText, trialTable } from './trial-table.js'

const NONE = '–'
const WIDTH = TERMINAL_WIDTH
const MESSAGE_WIDTH = 100

/** A sweep and its best trials, for a terminal; `swept` names always have a column. */
export function sweepText(
  sweep: SweepRecord,
  trials: readonly TrialRecord[],
  swept: readonly string[] = [],
): string {
  const { trialsTotal, trialsFailed, seconds, candleEvaluations } = sweep
  const rate = seconds > 0 ? `, ${formatShort(candleEvaluations / seconds)} candles/s` : ''
  const lines = [
    ...wrap(
      `${sweep.sweepId}  ${sweep.strategy}  ${sweep.symbol}  ${sweep.timeframe}  made ${sweep.createdAt}`,
      WIDTH,
      '  ',
    ),
    statusText(sweep),
    `${counted(trialsTotal, 'trial')}, ${formatFixed(trialsFailed, 0)} failed, ${formatFixed(seconds, 2)} s${rate}`,
    ...wrap(`best by ${printable(sweep.objective)}:`, WIDTH, '  '),
    '',
  ]
  if (trials.length === 0) return [...lines, 'no trials are stored'].join('\n')
  return [
    ...lines,
    ...trialTable(sweep, trials, swept),
    ...tieLines(trials),
    ...failureLines(trials),
  ].join('\n')
}

/** That the best score was reached more than once: which of them stands first means nothing then. */
function tieLines(trials: readonly TrialRecord[]): string[] {
  const best = trials[0]?.score ?? null
  const tied = trials.filter(({ score }) => best !== null && score === best)
  if (tied.length < 2) return []
  const least = tied.length === trials.length ? ', and perhaps more' : ''
  const numbers = tied.map(({ number }) => number).join(', ')
  return wrap(`tied for the best score: trials ${numbers}${least}`, WIDTH, '  ')
}

function failureLines(trials: readonly TrialRecord[]): string[] {
  return trials
    .filter(({ message }) => message !== null)
    .flatMap(({ number, message }) => {
      const text = cut(printable(message!), MESSAGE_WIDTH)
      return wrap(`trial ${number} failed: ${text}`, WIDTH, '  ')
    })
}

function statusText({ status, sweepHash, sweepId }: SweepRecord): string {
  if (status === 'complete') return `complete, result ${sweepHash?.slice(0, 16) ?? NONE}`
  const state = status === 'stopped' ? 'stopped' : 'still running, or killed'
  return `${state}; assay sweep --resume ${sweepId} goes on`
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
  if (facts.length === 0) return ['both optimise the same', '']
  const cell = (value: unknown): string => (value === null ? NONE : printable(String(value)))
  const rows = facts.map(({ name, a: left, b: right }) => [name, cell(left), cell(right)])
  const fits = ([name, left, right]: readonly string[]): boolean =>
    name!.length + left!.length + right!.length + 4 <= WIDTH
  const long = rows
    .filter(row => !fits(row))
    .flatMap(([name, left, right]) => [
      name!,
      ...wrap(`  ${a.sweepId}  ${left}`, WIDTH, '    '),
      ...wrap(`  ${b.sweepId}  ${right}`, WIDTH, '    '),
    ])
  const short = rows.filter(fits)
  return [
    ...(short.length > 0 ? [table(['fact', a.sweepId, b.sweepId], short), ''] : []),
    ...(long.length > 0 ? [...long, ''] : []),
  ]
}

function setLines(a: SweepRecord, b: SweepRecord, compared: SweepComparison): string[] {
  const { both, scored, change, rankCorrelation, setsA, setsB } = compared
  const lines = [`sets: ${setsA} in ${a.sweepId}, ${setsB} in ${b.sweepId}, ${both} in both`]
  if (change !== null) {
    lines.push(
      ...wrap(
        `score, over ${scored} sets with one in both: ${[
          `mean change ${scoreText(change.mean)}`,
          `median ${scoreText(change.median)}`,
          `from ${scoreText(change.min)} to ${scoreText(change.max)}`,
          `better in ${formatPercent(change.improved)}`,
        ].join(', ')}`,
        WIDTH,
        '  ',
      ),
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
      found.other === null
        ? NONE
        : `${found.other.rank} of ${total}${found.other.isTied ? ', tied' : ''}`,
    ]
  const rows = [row(a, compared.bestOfA, compared.setsB), row(b, compared.bestOfB, compared.setsA)]
  const known = rows.filter(cells => cells !== null)
  if (known.length === 0) return ['no trial of either has a score']
  const sets = [[a, compared.bestOfA] as const, [b, compared.bestOfB] as const].flatMap(
    ([own, found]) =>
      found === null ? [] : wrap(`best of ${own.sweepId}: ${paramsText(found.trial)}`, WIDTH, '  '),
  )
  return [table(['best of', 'trial', 'score', 'in the other', 'rank there'], known), '', ...sets]
}

function paramsText({ params }: TrialRecord): string {
  return Object.keys(params)
    .sort((x, y) => (x < y ? -1 : 1))
    .map(name => `${name} ${printable(String(params[name]))}`)
    .join(', ')
}
