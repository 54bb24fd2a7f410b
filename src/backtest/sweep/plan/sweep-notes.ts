import { AppError } from '../../../core/errors.js'
import type { ParamSpecs } from '../../../core/strategy/params.js'
import type { PositionSize } from '../../../core/risk/settings.js'
import { isOrdered, unrank } from '../../../core/search/space.js'
import { settingWarnings } from '../../run/warnings/setting-warnings.js'
import { parseGrid } from './dimensions.js'
import type { Field } from './field.js'
import type { SweepPlan } from './sweep-plan.js'

/** What may not be meant as it was written: grids that end early, settings that surprise. */
export function sweepNotes(plan: SweepPlan, fields: readonly Field[]): string[] {
  const notes = fields.flatMap((field, k) => [
    ...endNotes(plan.fields[k]!.grid ?? [], field),
    ...settingWarnings({ ...field.base, sizes: sizesOf(field) }),
  ])
  return [...new Set(notes)]
}

/** A range whose last value is not the one that was written. */
function endNotes(grid: readonly string[], { strategy }: Field): string[] {
  const specs = strategy.strategy.params as ParamSpecs
  return grid.flatMap(text => {
    const [from, to] = text.slice(text.indexOf('=') + 1).split(':')
    if (to === undefined) return []
    const values = parseGrid(text).dimension(specs)
    // Steps of a take-profit have colons and are no range.
    if (!isOrdered(values)) return []
    const last = String(values.at(values.count - 1))
    const isEnd = Math.abs(parseFloat(last) - parseFloat(to)) <= 1e-9 * Math.abs(parseFloat(to))
    if (isEnd) return []
    return [
      `--grid ${text} ends at ${last}: ${to.trim()} is no whole number of steps from ${from}.`,
    ]
  })
}

function sizesOf(field: Field): (PositionSize | null)[] {
  const swept = field.space.dimensions.find(({ name }) => name === 'risk.position_size')
  if (swept === undefined) return [field.strategy.risk.positionSize]
  const values = Array.from({ length: Math.min(swept.count, VALUES_MAX) }, (_, k) => swept.at(k))
  return values.map(value => (typeof value === 'number' ? { kind: 'quote', amount: value } : null))
}

const VALUES_MAX = 1000

/** Why a field has no set at all, by the first of its combinations. */
export function noSets({ where }: SweepPlan, field: Field): AppError {
  const { base, space, strategy } = field
  const { params } = field.settingsAt(unrank(space, 0))
  const problem = strategy.strategy.check?.(params)
  const place = `${strategy.strategy.name} on ${base.symbol} ${base.timeframe}`
  const count = space.size.toLocaleString('en-US')
  const reason =
    problem === undefined
      ? `none meets --where "${where.join('" and "')}"`
      : `none is allowed; of the first it says: ${problem}`
  return new AppError('INVALID_GRID', `${place} has ${count} combinations, but ${reason}`, {
    hint:
      problem === undefined
        ? 'loosen --where, or vary over other values'
        : 'vary over other values, or set what is not varied with --set name=value',
  })
}
