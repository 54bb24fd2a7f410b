import type { Field } from '../../../backtest/sweep/plan/field.js'
import { gridNames } from '../../../backtest/sweep/plan/dimensions.js'
import { TEMPLATE, type SweepPlan } from '../../../backtest/sweep/plan/sweep-plan.js'
import { parseWhere, type Where } from '../../../backtest/sweep/expressions/where.js'
import type { ParamSpecs } from '../../../core/strategy/params.js'
import type { Point } from '../../../core/search/search.js'
import { unrank } from '../../../core/search/space.js'
import { timed, timedCall } from '../../strategy/guard/time-limit.js'
import type { Planning } from './planning.js'

/** Whether the values at a point of a field go together. */
export function allowsOf(
  plan: SweepPlan,
  fields: readonly Field[],
  planning?: Planning,
): (field: number, point: Point) => boolean {
  const wheres = fields.map(field => whereOf(plan, field))
  return (index, point) => {
    const field = fields[index]!
    const { template, params } = field.settingsAt(point)
    const values = template === null ? params : { ...params, [TEMPLATE]: template }
    const { strategy } = field.strategy
    const check = (): string | undefined => strategy.check?.(params)
    // Where all sets have been counted, each of them has come to an end.
    const isKnown = field.space.size <= COUNT_MAX
    const problem = isKnown ? check() : timedCall(strategy.name, check)
    const isAllowed = problem === undefined && wheres[index]!(values)
    planning?.count(isAllowed)
    return isAllowed
  }
}

function whereOf({ where }: Pick<SweepPlan, 'where'>, field: Field): Where {
  const specs = field.strategy.strategy.params as ParamSpecs
  return parseWhere(where, [...gridNames(specs), TEMPLATE])
}

/** The number of sets of a field, counted where they are few; an upper bound otherwise. */
export function countSets(
  field: Field,
  allows: (point: Point) => boolean,
): { sets: number; isExact: boolean } {
  const { size } = field.space
  if (size > COUNT_MAX) return { sets: size, isExact: false }
  const names = field.strategy.strategy.name
  return timed({ names, candles: size, limitMs: null }, () => {
    let sets = 0
    for (let rank = 0; rank < size; rank++) if (allows(unrank(field.space, rank))) sets += 1
    return { sets, isExact: true }
  })
}

const COUNT_MAX = 1_000_000
