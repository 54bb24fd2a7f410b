import { counted, formatFixed, formatPercent, isOrAre } from '../../core/number-format.js'
import { nextLine } from '../output/next-line.js'
import { wrap } from '../../core/text-layout.js'
import { table } from '../../core/text-table.js'
import type { CrossValidationDetails } from '../../core/statistics/splits/cross-validation.js'
import type { Picked } from '../../core/statistics/splits/cross-validation-picks.js'
import { DAY_MS, formatTime } from '../../core/candles/time.js'
import type { ComparedSet, FinishedCrossValidation } from './cross-validation.js'

const NONE = '–'
const WIDTH = 80
/** Sets that are shown; `--json` has all of them. */
const PICKS_MAX = 10

/** A cross-validation for a terminal: what was picked, then how the paths fared. */
export function crossValidationText(finished: FinishedCrossValidation): string {
  const { result, record, notes, days } = finished
  const { plan, details } = result
  const [first, last] = [days.time[0]!, days.time[days.count - 1]! + DAY_MS]
  const day = (time: number): string => formatTime(time).slice(0, 10)
  return [
    ...wrap(
      `${record.strategy}  ${record.symbol} ${record.timeframe}  ${finished.sets.length} of ${record.trialsTotal} sets to choose from (sweep ${record.sweepId})`,
      WIDTH,
      '  ',
    ),
    `${day(first)} to ${day(last)}: ${days.count} days in ${plan.groups} groups, ${plan.testGroups} tested at a time`,
    ...wrap(
      `${result.combinations} combinations, ${result.paths} paths, purge ${plan.purge}d, embargo ${plan.embargo}d, best by ${finished.objective}`,
      WIDTH,
      '  ',
    ),
    '',
    ...(details === null || result.reason !== undefined
      ? wrap(`none: ${result.reason!}`, WIDTH)
      : detailLines(details, finished)),
    ...notes.flatMap(note => wrap(`! ${note}`, WIDTH, '  ')),
    ...holeLines(finished),
    nextLine(`assay validate ${record.sweepId}`, 'is the best more than luck?'),
  ].join('\n')
}

function detailLines(
  details: CrossValidationDetails,
  finished: FinishedCrossValidation,
): readonly string[] {
  const more = details.picks.length - PICKS_MAX
  return [
    pickTable(details, finished),
    ...(more > 0 ? [`and ${more} more sets, which --json lists`] : []),
    '',
    pathTable(details),
    '',
    ...sentences(details, finished).flatMap(text => wrap(text, WIDTH, '  ')),
  ]
}

/** How often each set was picked, and its means in and out of sample over these combinations. */
function pickTable(
  details: CrossValidationDetails,
  { sets, field }: FinishedCrossValidation,
): string {
  const names = field.space.dimensions.map(({ name }) => name)
  const setNamed = new Map(sets.map(set => [set.name, set]))
  const rows = details.picks.slice(0, PICKS_MAX).map(({ name, combinations, share }) => {
    const picked = details.combinationList.flatMap(one =>
      one.name === name && one.picked ? [one.picked] : [],
    )
    const mean = (of: (one: Picked) => number | null): number | null => meanOf(picked.map(of))
    return [
      ...names.map(dimension => valueOf(setNamed.get(name)!, dimension)),
      String(combinations),
      formatPercent(share),
      percent(mean(one => one.inSample.cagr)),
      shown(mean(one => one.inSample.sharpe)),
      percent(mean(one => one.outOfSample.cagr)),
      shown(mean(one => one.outOfSample.sharpe)),
    ]
  })
  const heads = ['picked', 'share', 'in: CAGR', 'Sharpe', 'out: CAGR', 'Sharpe']
  return table([...names, ...heads], rows)
}

function valueOf({ template, params }: ComparedSet, name: string): string {
  return String((name === 'template' ? template : params[name]) ?? NONE)
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

function pathTable(details: CrossValidationDetails): string {
  const { benchmark, pathList } = details
  const row = (
    name: string,
    key: 'sharpeAnnual' | 'totalReturn' | 'cagr' | 'maxDrawdown',
    held: number | null | undefined,
    text: (value: number | null | undefined) => string,
  ): string[] => {
    const spread = details[key]
    return [name, text(spread?.p5), text(spread?.median), text(spread?.p95), text(held)]
  }
  return table(
    [`out of sample, ${pathList.length} paths`, '5%', 'median', '95%', 'hold'],
    [
      row('return', 'totalReturn', benchmark?.totalReturn, percent),
      row('CAGR', 'cagr', benchmark?.cagr, percent),
      row('Sharpe', 'sharpeAnnual', benchmark?.sharpe, shown),
      row('drawdown', 'maxDrawdown', benchmark?.maxDrawdown, percent),
    ],
  )
}

function sentences(
  details: CrossValidationDetails,
  { objective, result }: FinishedCrossValidation,
): readonly string[] {
  const lines = [
    `${percent(details.shareSharpeBelowZero)} of the paths have a Sharpe ratio below 0, ${percent(details.shareSharpeBelowBenchmark)} one below holding; ${percent(details.shareReturnBelowZero)} lose money, ${percent(details.shareReturnBelowBenchmark)} make less than holding`,
  ]
  if (details.belowMedianProbability !== null) {
    lines.push(
      `the pick is no better than the middle of all sets out of sample in ${percent(details.belowMedianProbability)} of the combinations`,
    )
  }
  lines.push(
    details.degradationSlope === null
      ? 'degradation none: the picks do not differ in sample'
      : `degradation: ${objective} out of sample changes by ${shown(details.degradationSlope)} for each 1 in sample (R² ${shown(details.degradationR2)})`,
  )
  if (details.withoutPick > 0) {
    lines.push(
      `in ${details.withoutPick} of ${result.combinations} combinations no set had a score in training; their tests hold nothing`,
    )
  }
  return lines
}

function holeLines({ days }: FinishedCrossValidation): readonly string[] {
  if (days.withoutCandles === 0) return []
  return wrap(
    `! ${counted(days.withoutCandles, 'day')} without a candle ${isOrAre(days.withoutCandles)} in no group`,
    WIDTH,
  )
}

function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : formatPercent(value)
}

function shown(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : formatFixed(value, 2)
}
