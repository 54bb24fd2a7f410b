import { formatTime, lengthText, type Millis } from '../../core/candles/time.js'
import type { SweepRecord } from '../../core/ports/research/sweeps.js'
import type { Manifest } from '../run/record/manifest.js'
import type { Field } from '../sweep/plan/field.js'
import { settingFacts } from '../sweep/tally/sweep-page-source.js'
import type { SweepPlan } from '../sweep/plan/sweep-plan.js'
import { driftOf, type Drift } from './drift.js'
import type { Fold, FoldPlan } from './folds.js'
import type { WalkForward } from './walk-forward.js'

/** What the page of a walk-forward shows. */
export interface WalkForwardPageData {
  readonly strategy: string
  readonly symbol: string
  readonly timeframe: string
  readonly sweepId: string
  readonly trialsTotal: number
  /** What picks are chosen by. */
  readonly objective: string
  readonly plan: FoldPlan
  readonly result: WalkForward
  readonly drift: readonly Drift[]
  readonly skipped: readonly Fold[]
  readonly leftOver: Stretch | null
  readonly manifest: Pick<Manifest, 'capital' | 'costs'>
  /** Names and texts of the facts' table. */
  readonly facts: readonly (readonly [name: string, text: string])[]
  /** What is to be known of the candles. */
  readonly notes: readonly string[]
}

/** From its start to before its end. */
export interface Stretch {
  readonly from: Millis
  readonly to: Millis
}

/** A walk-forward that has run, as far as its page needs it. */
export interface WalkForwardStudy {
  readonly result: WalkForward
  readonly plan: FoldPlan
  readonly record: SweepRecord
  readonly sweepPlan: SweepPlan
  readonly fields: readonly Field[]
  /** Candles after the last test, which are not enough for one more. */
  readonly leftOver: Stretch | null
  /** Folds over holes of the candles, which were left out. */
  readonly skipped: readonly Fold[]
  /** What is to be known of the candles. */
  readonly notes: readonly string[]
}

/** What was varied in the trainings. */
export function variedNames(fields: WalkForwardStudy['fields']): string[] {
  return fields[0]!.space.dimensions.map(({ name }) => name)
}

/** Puts together what the page shows. */
export function walkForwardPageData(study: WalkForwardStudy): WalkForwardPageData {
  const { result, plan, record, sweepPlan, fields, leftOver, skipped, notes } = study
  return {
    strategy: record.strategy,
    symbol: record.symbol,
    timeframe: record.timeframe,
    sweepId: record.sweepId,
    trialsTotal: record.trialsTotal,
    objective: sweepPlan.objectives[0]!,
    plan,
    result,
    drift: driftOf(result.folds, variedNames(fields)),
    skipped,
    leftOver,
    manifest: sweepPlan.fields[0]!.base,
    facts: factsOf(study),
    notes,
  }
}

function factsOf({
  plan,
  record,
  sweepPlan,
  fields,
  result,
}: WalkForwardStudy): WalkForwardPageData['facts'] {
  const hashes = [...new Set(fields.map(({ dataHash }) => dataHash))]
  const [first, last] = [result.folds[0]!.fold, result.folds.at(-1)!.fold]
  return [
    ['sweep of the trainings', record.sweepId],
    ['sweep hash', record.sweepHash ?? 'none'],
    ['train, test', `${lengthText(plan.trainMs)}, ${lengthText(plan.testMs)}`],
    ['trainings', plan.isAnchored ? 'anchored: each from the first candle on' : 'rolling'],
    ['purge, embargo', `${lengthText(plan.purgeMs)}, ${lengthText(plan.embargoMs)}`],
    ['trainings from', formatTime(first.trainFrom)],
    ['tests from, to', `${formatTime(first.testFrom)}, ${formatTime(last.testTo)}`],
    ['objectives', sweepPlan.objectives.join(', ')],
    ...settingFacts(sweepPlan),
    [hashes.length === 1 ? 'data hash' : 'data hashes', hashes.join(', ')],
  ]
}
