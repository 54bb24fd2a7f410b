import { DAY_MS, formatTime } from '../../../core/candles/time.js'
import { shortAnnualisedText } from '../../diagnosis/diagnosis-equity.js'
import { REMARK_LIMITS } from '../../diagnosis/remark.js'
import { Scratch } from '../../../core/fast/scratch.js'
import { sourcedRequest } from '../../run/record/run-request.js'
import { dataWarnings } from '../../run/warnings/warnings.js'
import type { Field } from '../plan/field.js'
import type { EquityCurve, SweepPageData } from './sweep-page-data.js'
import { sweepNotes } from '../plan/sweep-notes.js'
import type { SweepPlan } from '../plan/sweep-plan.js'
import type { SweepTally } from './sweep-tally.js'
import type { SweepOutcome } from '../sweep.js'
import type { Trial } from '../trials/trial.js'

const CURVES = 10
const CURVE_POINTS = 1000

/** What a sweep computed, put together for its page. The best ten are run again for their equity. */
export function sweepPageData(
  sweep: { readonly sweepId: string; readonly plan: SweepPlan; readonly outcome: SweepOutcome },
  fields: readonly Field[],
  tally: SweepTally,
): SweepPageData {
  const { sweepId, plan, outcome } = sweep
  return {
    sweepId,
    sweepHash: outcome.sweepHash ?? '',
    isComplete: outcome.sweepHash !== null,
    title: sweepTitle(fields),
    objective: plan.objectives.join(', '),
    facts: [
      ...settingFacts(plan),
      [
        'candle evaluations',
        `${outcome.candleEvaluations.toLocaleString('en-US')} in ${outcome.seconds.toFixed(2)} s`,
      ],
      ...fields.map((field, k) => fieldFact(field, plan.fields[k]!.base)),
    ],
    trialsTotal: outcome.trials,
    trialsFailed: outcome.failed,
    axes: tally.axes.map(({ name, values }) => ({ name, values })),
    heatMaps: tally.heatMaps(),
    trials: tally.pageTrials(),
    spread: tally.spread(),
    curves: curvesOf(fields, tally),
    groups: tally.groupList(),
    notes: notesOf(plan, tally, fields),
  }
}

/** `ma_crossover, SOL-USDC 5m`; several joined. */
export function sweepTitle(fields: readonly Field[]): string {
  const { strategy, symbol, timeframe } = sweepNames(fields)
  return `${strategy}, ${symbol} ${timeframe}`
}

/** Strategies, symbols and timeframes of a sweep, several joined by `+`. */
export function sweepNames(fields: readonly Field[]): {
  readonly strategy: string
  readonly symbol: string
  readonly timeframe: string
} {
  const joined = (name: (field: Field) => string): string =>
    [...new Set(fields.map(name))].join('+')
  return {
    strategy: joined(field => field.strategy.strategy.name),
    symbol: joined(({ base }) => base.symbol),
    timeframe: joined(({ base }) => base.timeframe),
  }
}

/** How a sweep was made, but for its candles. */
export function settingFacts(plan: SweepPlan): (readonly [name: string, text: string])[] {
  const { base, grid } = plan.fields[0]!
  const { costs } = base
  return [
    ['method', plan.method],
    ['varied', grid === null ? 'every parameter over its range' : grid.join(', ') || 'templates'],
    ['conditions', plan.where.join(', ') || 'none but the strategy’s own'],
    ['seed', String(plan.seed)],
    ['fewest trades', String(plan.min_trades)],
    [
      'decisions begin',
      plan.align === 'own' ? 'at each set’s own warm-up' : 'at one candle for all',
    ],
    ['capital', String(base.capital)],
    [
      'costs',
      `fee ${costs.fee_bps} bps, slippage ${costs.slippage_bps} bps, fixed ${costs.tx_cost}, impact ${costs.impact}`,
    ],
    ['fills', base.fill],
    ['risk settings', riskText(base.strategies[0]!.risk_settings)],
    ['engine, Node', `${base.engine_version}, ${base.node_version}`],
  ]
}

function riskText(settings: Readonly<Record<string, number | string | null>>): string {
  const set = Object.entries(settings).filter(([, value]) => value !== 0 && value !== null)
  return set.map(([name, value]) => `${name} ${value}`).join(', ') || 'none'
}

function fieldFact(
  { base, strategy, candles, dataHash }: Field,
  { decide_from: decideFrom }: { readonly decide_from: string | null },
): readonly [string, string] {
  const span = `${formatTime(candles.time[0]!)} to ${formatTime(candles.time[candles.length - 1]!)}`
  const start = decideFrom === null ? '' : `, decisions from ${decideFrom}`
  const name = `${strategy.strategy.name} ${base.symbol} ${base.timeframe}`
  return [name, `${candles.length} candles, ${span}${start}, data ${dataHash.slice(0, 16)}`]
}

function curvesOf(fields: readonly Field[], tally: SweepTally): EquityCurve[] {
  const scratch = new Scratch()
  return tally.leaders.list.slice(0, CURVES).map(trial => {
    const field = fields[trial.field]!
    const { time, equity } = field.run(field.requestFor(trial), { scratch })
    const picks = evenPicks(equity.length, CURVE_POINTS)
    return {
      label: curveLabel(trial, tally),
      time: picks.map(i => time[i]!),
      equity: picks.map(i => equity[i]!),
    }
  })
}

function curveLabel(trial: Trial, tally: SweepTally): string {
  const swept = tally.axes
    .filter(({ name }) => name !== 'template' && trial.params[name] !== undefined)
    .map(({ name }) => `${name} ${String(trial.params[name])}`)
  return [tally.labelOf(trial), ...swept].filter(word => word !== '').join(', ') || 'the only set'
}

/** Indices over a length, the first and the last among them. */
function evenPicks(length: number, most: number): number[] {
  const count = Math.min(length, most)
  return Array.from({ length: count }, (_, k) =>
    count === 1 ? 0 : Math.round((k * (length - 1)) / (count - 1)),
  )
}

function notesOf(plan: SweepPlan, tally: SweepTally, fields: readonly Field[]): string[] {
  const notes: string[] = []
  if (plan.objectives.length > 1) {
    const front = tally.front()
    const shown = front.slice(0, 20).join(', ')
    notes.push(
      `No other set beats ${front.length} of them in every objective at once: trials ${shown}${front.length > 20 ? ' and more' : ''}.`,
    )
  }
  notes.push(...sweepNotes(plan, fields), ...dataNotes(fields))
  return notes
}

/** What is to be known of the candles; of each market once. */
export function dataNotes(fields: readonly Field[]): string[] {
  const notes = fields.flatMap(({ base, data, candles }) =>
    [...dataWarnings(sourcedRequest(base, data), candles), ...shortNotes(candles)].map(text =>
      fields.length > 1 ? `${base.symbol} ${base.timeframe}: ${text}` : text,
    ),
  )
  return [...new Set(notes)]
}

/** Figures a year that were made of a few weeks. */
function shortNotes({ time, length, timeframeMs }: Field['candles']): string[] {
  const days = (time[length - 1]! + timeframeMs - time[0]!) / DAY_MS
  return days < REMARK_LIMITS.annualisedDays ? [shortAnnualisedText(days)] : []
}
