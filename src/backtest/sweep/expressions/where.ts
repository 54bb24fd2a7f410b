import { AppError } from '../../../core/errors.js'
import type { ParamValue } from '../../../core/strategy/params.js'
import { compileExpression, type Expression } from './expression.js'

export type Where = (values: Readonly<Record<string, ParamValue>>) => boolean

/**
 * The conditions of `--where`, all of which must hold. One that has no value, as where it divides
 * by zero, does not hold.
 * @throws AppError INVALID_EXPRESSION, at once for what the texts show, else at the first values
 */
export function parseWhere(texts: readonly string[], names: readonly string[]): Where {
  const conditions = texts.map(text => {
    const condition = compileExpression(text, names)
    if (condition.kind === 'number') throw noCondition(text)
    return condition
  })
  return values => conditions.every(condition => holds(condition, values))
}

function holds(condition: Expression, values: Readonly<Record<string, ParamValue>>): boolean {
  const value = condition.evaluate(name => (Object.hasOwn(values, name) ? values[name]! : null))
  if (typeof value === 'number') throw noCondition(condition.text)
  return value === true
}

function noCondition(text: string): AppError {
  return new AppError(
    'INVALID_EXPRESSION',
    `condition "${text}" is a number, but it must be true or false`,
    { hint: 'compare it, as in slow_ma > 2 * fast_ma', data: { text } },
  )
}
