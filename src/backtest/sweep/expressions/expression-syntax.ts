import jsep from 'jsep'
import { AppError } from '../../../core/errors.js'

const LENGTH_MAX = 1000

const PRECEDENCE: Readonly<Record<string, number>> = {
  ...{ or: 1, '||': 1, and: 2, '&&': 2 },
  ...{ '==': 3, '!=': 3, '<': 4, '<=': 4, '>': 4, '>=': 4 },
  ...{ '+': 5, '-': 5, '*': 6, '/': 6, '%': 6 },
}

jsep.removeAllBinaryOps()
jsep.removeAllUnaryOps()
for (const [operator, precedence] of Object.entries(PRECEDENCE)) {
  jsep.addBinaryOp(operator, precedence)
}
for (const operator of ['-', '+', '!', 'not']) jsep.addUnaryOp(operator)

/**
 * `not a > b` comes as `(not a) > b`, because jsep binds every prefix closest. A condition is
 * never greater nor added to, so that `not (a > b)` is meant; for `==` the two are the same.
 */
export function hoistNot(node: jsep.Expression): jsep.CoreExpression {
  const core = node as jsep.CoreExpression
  if (core.type !== 'BinaryExpression') return core
  if (PRECEDENCE[core.operator]! <= PRECEDENCE['and']!) return core
  const left = hoistNot(core.left)
  if (left.type !== 'UnaryExpression' || left.operator !== 'not') return core
  return { ...left, argument: hoistNot({ ...core, left: left.argument }) }
}

/** The syntax tree of a text. @throws AppError INVALID_EXPRESSION with text, place and hint */
export function parseExpression(text: string): jsep.CoreExpression {
  if (text.length > LENGTH_MAX) {
    const shown = `${text.slice(0, 40)}...`
    throw refusal(shown, null, `it has ${text.length} characters`, `write at most ${LENGTH_MAX}`)
  }
  const hasOneEqual = /(^|[^=<>!])=([^=]|$)/.exec(text)
  if (hasOneEqual) {
    const place = hasOneEqual.index + hasOneEqual[1]!.length
    throw refusal(text, place, 'a single =', 'compare with ==')
  }
  const trailing = /[;,]\s*$/.exec(text)
  if (trailing) throw refusal(text, trailing.index, `"${trailing[0].trim()}" at the end`, END_HINT)
  try {
    return jsep(text) as jsep.CoreExpression
  } catch (error) {
    // jsep throws plain errors with a place; a stack overflow has none.
    const { index, description } = error as { index?: number; description?: string }
    throw refusal(text, index ?? null, description ?? 'it is nested too deeply', EXAMPLE_HINT)
  }
}

const END_HINT = 'remove it; give several conditions as several --where'
export const EXAMPLE_HINT = 'write for example slow_ma > 2 * fast_ma and risk.stop_loss > 0'

/** The name that an identifier or `a.b` stands for; null for brackets and `?.`. */
export function dottedName(node: jsep.Expression): string | null {
  if (node.type === 'Identifier') return (node as jsep.Identifier).name
  if (node.type !== 'MemberExpression') return null
  const { object, property, computed, optional } = node as jsep.MemberExpression
  if (computed || optional === true || property.type !== 'Identifier') return null
  const before = dottedName(object)
  return before === null ? null : `${before}.${(property as jsep.Identifier).name}`
}

/** The error for an expression; `index` is where in the text, from 0. */
export function refusal(
  text: string,
  index: number | null,
  problem: string,
  hint: string,
): AppError {
  const place = index === null ? null : index + 1
  const where = place === null ? '' : ` at character ${place}`
  return new AppError(
    'INVALID_EXPRESSION',
    `expression "${text}" cannot be used: ${problem}${where}`,
    {
      hint,
      data: { text, place },
    },
  )
}
