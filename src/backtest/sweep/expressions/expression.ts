import type jsep from 'jsep'
import type { AppError } from '../../../core/errors.js'
import { nearestName } from '../../../core/names.js'
import {
  ARITHMETIC,
  both,
  COMPARISONS,
  type ExpressionValue,
  finite,
  FUNCTIONS,
  spread,
} from './expression-operators.js'
import {
  dottedName,
  EXAMPLE_HINT,
  hoistNot,
  parseExpression,
  refusal,
} from './expression-syntax.js'

export type Lookup = (name: string) => ExpressionValue

/** A compiled expression over named values. It runs closures: no text becomes code. */
export interface Expression {
  readonly text: string
  /** The names it reads, in the order of their first use. */
  readonly names: readonly string[]
  /** What it gives, as far as the text says it; `any` is decided by the values. */
  readonly kind: 'number' | 'boolean' | 'any'
  /**
   * Null where a value is missing, or a number is none (1 / 0, the root of -1).
   * @throws AppError INVALID_EXPRESSION where a value is of the wrong kind, as text in a sum
   */
  evaluate(lookup: Lookup): number | boolean | null
}

type Kind = 'number' | 'boolean' | 'text' | 'any'
interface Part {
  readonly kind: Kind
  readonly run: (lookup: Lookup) => ExpressionValue
}

/**
 * Compiles numbers, texts, true, false, names, `+ - * / %`, comparisons, `and or not`, `a ? b : c`
 * and the functions min, max, abs, sqrt and log (natural). A missing value makes the whole null.
 * @throws AppError INVALID_EXPRESSION with text, place and hint
 */
export function compileExpression(text: string, names: readonly string[]): Expression {
  const used = new Set<string>()
  const part = new Compiler(text, names, used).part(parseExpression(text))
  if (part.kind === 'text') {
    throw refusal(text, null, 'it is text', 'write a number or a condition')
  }
  return {
    text,
    names: [...used],
    kind: part.kind,
    evaluate(lookup) {
      const value = part.run(lookup)
      if (typeof value !== 'string') return value
      throw refusal(text, null, `it is the text "${value}"`, 'write a number or a condition')
    },
  }
}

/** Makes closures of a syntax tree, for one text. */
class Compiler {
  private readonly text: string
  private readonly known: readonly string[]
  private readonly used: Set<string>

  constructor(text: string, known: readonly string[], used: Set<string>) {
    this.text = text
    this.known = known
    this.used = used
  }

  part(node: jsep.CoreExpression): Part {
    switch (node.type) {
      case 'Literal':
        return this.literal(node)
      case 'Identifier':
      case 'MemberExpression':
        return this.name(node)
      case 'UnaryExpression':
        return this.unary(node)
      case 'BinaryExpression':
        return this.binary(node)
      case 'ConditionalExpression':
        return this.choice(node)
      case 'CallExpression':
        return this.call(node)
      case 'Compound':
      case 'SequenceExpression':
        throw this.compound(node)
      case 'ArrayExpression':
        throw this.refused('[', 'lists are not known', EXAMPLE_HINT)
      case 'ThisExpression':
        throw this.refused('this', '"this" is not a name here', this.namesHint('this'))
      default:
        throw this.refused('', 'it has a part that is not known', EXAMPLE_HINT)
    }
  }

  private literal({ value, raw }: jsep.Literal): Part {
    if (typeof value === 'number' && Number.isFinite(value))
      return { kind: 'number', run: () => value }
    if (typeof value === 'boolean') return { kind: 'boolean', run: () => value }
    if (typeof value === 'string') return { kind: 'text', run: () => value }
    throw this.refused(raw, `"${raw}" is not a value`, EXAMPLE_HINT)
  }

  private name(node: jsep.Identifier | jsep.MemberExpression): Part {
    const name = dottedName(node)
    if (name === null) {
      throw this.refused('[', 'brackets and ?. are not known', 'write risk.stop_loss')
    }
    if (!this.known.includes(name)) {
      throw this.refused(name, `there is no name "${name}"`, this.namesHint(name))
    }
    this.used.add(name)
    return {
      kind: 'any',
      run: lookup => {
        const value = lookup(name)
        return typeof value === 'number' ? finite(value) : value
      },
    }
  }

  private namesHint(name: string): string {
    const near = nearestName(name, this.known)
    return near ? `did you mean ${near}?` : `the names are ${this.known.join(', ') || 'none'}`
  }

  private unary({ operator, argument }: jsep.UnaryExpression): Part {
    if (operator === '+' || operator === '-') {
      const number = this.number(argument, operator)
      return operator === '+' ? number : numeric([number], value => -value)
    }
    const { run } = this.condition(argument, operator)
    return { kind: 'boolean', run: lookup => spread(run(lookup), value => value === false) }
  }

  private binary(node: jsep.BinaryExpression): Part {
    const { operator } = node
    const meant = hoistNot(node)
    if (meant.type === 'UnaryExpression') return this.part(meant)
    const calculate = ARITHMETIC.get(operator)
    if (calculate) {
      const parts = [this.number(node.left, operator), this.number(node.right, operator)]
      return numeric(parts, (a, b) => calculate(a, b))
    }
    const compare = COMPARISONS.get(operator)
    if (compare) {
      const [a, b] = [this.number(node.left, operator), this.number(node.right, operator)]
      const run = (lookup: Lookup): boolean | null =>
        both(a.run(lookup), b.run(lookup), (x, y) => compare(x as number, y as number))
      return { kind: 'boolean', run }
    }
    if (operator === '==' || operator === '!=') return this.equality(node)
    const isAnd = operator === 'and' || operator === '&&'
    const [a, b] = [this.condition(node.left, operator), this.condition(node.right, operator)]
    const join = (x: ExpressionValue, y: ExpressionValue): boolean =>
      isAnd ? x === true && y === true : x === true || y === true
    return { kind: 'boolean', run: lookup => both(a.run(lookup), b.run(lookup), join) }
  }

  private equality(node: jsep.BinaryExpression): Part {
    const [a, b] = [this.inner(node.left), this.inner(node.right)]
    const isEqual = node.operator === '=='
    const unlike = (): AppError =>
      this.refused(node.operator, 'it compares values of two kinds', 'put texts in quotes')
    if (a.kind !== b.kind && a.kind !== 'any' && b.kind !== 'any') throw unlike()
    const test = (x: ExpressionValue, y: ExpressionValue): boolean => {
      if (typeof x !== typeof y) throw unlike()
      return (x === y) === isEqual
    }
    return { kind: 'boolean', run: lookup => both(a.run(lookup), b.run(lookup), test) }
  }

  private choice(node: jsep.ConditionalExpression): Part {
    const test = this.condition(node.test, '?')
    const [yes, no] = [this.inner(node.consequent), this.inner(node.alternate)]
    const isUnlike = yes.kind !== no.kind && yes.kind !== 'any' && no.kind !== 'any'
    if (isUnlike) throw this.refused('?', 'its two results are of two kinds', EXAMPLE_HINT)
    const run = (lookup: Lookup): ExpressionValue => {
      const value = test.run(lookup)
      return value === null ? null : value === true ? yes.run(lookup) : no.run(lookup)
    }
    return { kind: yes.kind === no.kind ? yes.kind : 'any', run }
  }

  private call(node: jsep.CallExpression): Part {
    const callee = node.callee as jsep.CoreExpression
    const name = callee.type === 'Identifier' ? callee.name : ''
    const called = FUNCTIONS.get(name)
    const known = [...FUNCTIONS.keys()].join(', ')
    if (!called) {
      throw this.refused(name, `there is no function "${name}"`, `the functions are ${known}`)
    }
    const count = node.arguments.length
    if (count === 0 || count > called.argumentsMax) {
      const hint = called.argumentsMax === 1 ? `${name} takes one number` : `write ${name}(a, b)`
      throw this.refused(name, `${name} has ${count} arguments`, hint)
    }
    return numeric(
      node.arguments.map(argument => this.number(argument, name)),
      (...values) => called.of(...values),
    )
  }

  private compound(node: jsep.Compound | jsep.SequenceExpression): AppError {
    const isEmpty = node.type === 'Compound' && node.body.length === 0
    if (isEmpty) return this.refused('', 'it is empty', EXAMPLE_HINT)
    return this.refused('', 'it has several parts with nothing between', 'join them with and')
  }

  private inner(node: jsep.Expression): Part {
    return this.part(node as jsep.CoreExpression)
  }

  private number(node: jsep.Expression, user: string): Part {
    return this.only('number', node, user)
  }

  private condition(node: jsep.Expression, user: string): Part {
    return this.only('boolean', node, user)
  }

  /** A part of one kind: checked now where the text says it, at each value where it does not. */
  private only(kind: 'number' | 'boolean', node: jsep.Expression, user: string): Part {
    const part = this.inner(node)
    const wanted = kind === 'number' ? 'numbers' : 'conditions'
    if (part.kind === kind) return part
    if (part.kind !== 'any') {
      const found = part.kind === 'boolean' ? 'condition' : part.kind
      const hint = kind === 'number' ? 'join conditions with and' : 'compare it, as in fast_ma > 5'
      throw this.refused(user, `"${user}" takes ${wanted}, not a ${found}`, hint)
    }
    const run = (lookup: Lookup): ExpressionValue => {
      const value = part.run(lookup)
      if (value === null || typeof value === kind) return value
      throw this.refused(user, `"${user}" takes ${wanted}, not "${value}"`, EXAMPLE_HINT)
    }
    return { kind, run }
  }

  /** `token` is what to point at, where it stands in the text. */
  private refused(token: string, problem: string, hint: string): AppError {
    const place = token === '' ? -1 : this.text.indexOf(token)
    return refusal(this.text, place < 0 ? null : place, problem, hint)
  }
}

function numeric(parts: readonly Part[], calculate: (...values: number[]) => number): Part {
  const run = (lookup: Lookup): number | null => {
    const values: number[] = []
    for (const part of parts) {
      const value = part.run(lookup)
      if (value === null) return null
      values.push(value as number)
    }
    return finite(calculate(...values))
  }
  return { kind: 'number', run }
}
