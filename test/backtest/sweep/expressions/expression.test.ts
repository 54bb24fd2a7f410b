import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../../src/core/errors.js'
import { compileExpression } from '../../../../src/backtest/sweep/expressions/expression.js'
import type { ExpressionValue } from '../../../../src/backtest/sweep/expressions/expression-operators.js'
import { parseWhere } from '../../../../src/backtest/sweep/expressions/where.js'
import { failure } from '../../../core/search/spaces.js'

const VALUES: Readonly<Record<string, ExpressionValue>> = {
  fast_ma: 10,
  slow_ma: 30,
  'risk.stop_loss': 0.02,
  mode: 'calm',
  deep: true,
  none: null,
}
const NAMES = Object.keys(VALUES)

const run = (text: string): number | boolean | null =>
  compileExpression(text, NAMES).evaluate(name => VALUES[name]!)

describe('compileExpression', () => {
  it('calculates, compares, joins and chooses', () => {
    const cases: readonly (readonly [string, number | boolean])[] = [
      ['1 + 2 * 3 - 8 / 4 % 3', 5],
      ['-fast_ma + +slow_ma', 20],
      ['(1 + 2) * 3', 9],
      ['10 - 3 - 2', 5],
      ['slow_ma > 2 * fast_ma and risk.stop_loss > 0', true],
      ['slow_ma > 2 * fast_ma && risk.stop_loss >= 0.03 || deep', true],
      ['deep and fast_ma < 5 or fast_ma <= 10', true],
      ['fast_ma == 10 and fast_ma != 11', true],
      ['mode == \'calm\' and mode != "quick"', true],
      ['deep == true', true],
      ['deep ? fast_ma : slow_ma', 10],
      ['fast_ma > slow_ma ? 1 : 2', 2],
      ['min(fast_ma, slow_ma, 3)', 3],
      ['max(fast_ma, slow_ma)', 30],
      ['abs(fast_ma - slow_ma)', 20],
      ['sqrt(16) + log(1)', 4],
      ['1e-3 + .5', 0.501],
    ]
    for (const [text, value] of cases) expect(run(text), text).toBe(value)
  })

  it('takes not for the whole comparison, as it is meant', () => {
    expect(run('not fast_ma > 20')).toBe(true)
    expect(run('not fast_ma + 1 > 20 and deep')).toBe(true)
    expect(run('not deep or not fast_ma == 11')).toBe(true)
    expect(run('not not deep')).toBe(true)
    expect(run('not (deep and fast_ma > 1)')).toBe(false)
    expect(run('!deep == false')).toBe(true)
    expect(run('not deep == false')).toBe(true)
  })

  it('is null where a value is missing or a number is none', () => {
    for (const text of [
      'none + 1',
      'none > 1',
      'none == none',
      'not none',
      'none and deep',
      'deep or none',
      'none ? 1 : 2',
      'max(1, none)',
      '1 / 0',
      '0 / 0 > 1',
      'sqrt(-1)',
      'log(0)',
      '1e308 * 10',
      'none',
    ]) {
      expect(run(text), text).toBe(null)
    }
  })

  it('evaluates only the chosen side of a choice', () => {
    expect(run('deep ? 1 : none')).toBe(1)
  })

  it('says which names it reads and what it gives', () => {
    const mix = compileExpression('slow_ma - 2 * fast_ma - slow_ma', NAMES)
    expect(mix).toMatchObject({ names: ['slow_ma', 'fast_ma'], kind: 'number' })
    expect(compileExpression('fast_ma > 3', NAMES).kind).toBe('boolean')
    expect(compileExpression('fast_ma', NAMES).kind).toBe('any')
  })

  it('refuses unknown names and suggests the nearest', () => {
    const error = failure(() => run('slow_ma > 2 * fsat_ma'))
    expect(error).toMatchObject({ code: 'INVALID_EXPRESSION', exitCode: 2 })
    expect(error.message).toContain('"slow_ma > 2 * fsat_ma"')
    expect(error.message).toContain('there is no name "fsat_ma" at character 15')
    expect(error.hint).toBe('did you mean fast_ma?')
    expect(failure(() => run('risk.stop_los > 1')).hint).toBe('did you mean risk.stop_loss?')
    for (const name of ['constructor', '__proto__', 'toString', 'this', 'null', 'undefined']) {
      expect(failure(() => run(`${name} == 1`)).code, name).toBe('INVALID_EXPRESSION')
    }
  })

  it('refuses malformed texts with place and hint', () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['', 'it is empty', 'slow_ma'],
      ['fast_ma >', 'at character 10', 'write for example'],
      ['fast_ma = 3', 'a single = at character 9', '=='],
      ['fast_ma slow_ma', 'several parts', 'and'],
      ['fast_ma, slow_ma', 'several parts', 'and'],
      ['fast_ma > 3;', '";" at the end at character 12', '--where'],
      ['5 < fast_ma < 20', 'not a condition', 'join conditions with and'],
      ['fast_ma and deep > 1', '', ''],
      ['fast_ma + (1 > 2)', '"+" takes numbers', ''],
      ['1 and deep', '"and" takes conditions, not a number', 'compare it'],
      ['fast_ma[0]', 'brackets', 'risk.stop_loss'],
      ['[1, 2]', 'lists', ''],
      ['exp(1)', 'no function "exp"', 'min, max, abs, sqrt, log'],
      ['fast_ma.max(1)', 'no function', ''],
      ['abs(1, 2)', '2 arguments', 'one number'],
      ['min()', '0 arguments', 'min(a, b)'],
      ["'calm'", 'it is text', ''],
      ["'calm' == 3", 'two kinds', 'quotes'],
      ['deep ? 1 : true', 'two kinds', ''],
      ['0x10', 'at character', ''],
      ['fast_ma & 1', 'at character', ''],
      ['('.repeat(999), '', ''],
      ['1+'.repeat(600), '1200 characters', '1000'],
    ]
    for (const [text, problem, hint] of cases) {
      const error = failure(() => run(text))
      expect(error.code, text).toBe('INVALID_EXPRESSION')
      expect(error.message, text).toContain(problem)
      expect(error.hint, text).toContain(hint)
      expect(error.hint, text).not.toBe('')
    }
  })

  it('refuses values of the wrong kind when it meets them', () => {
    for (const text of ['mode + 1', 'mode and deep', 'not fast_ma', 'mode == 3', 'mode']) {
      expect(failure(() => run(text)).code, text).toBe('INVALID_EXPRESSION')
    }
  })

  it('throws nothing but AppError, whatever is written', () => {
    const token = fc.constantFrom(
      ...NAMES,
      ...['+', '-', '*', '/', '%', '<', '>=', '==', '!=', '=', 'and', 'or', 'not', '!', '&&', '||'],
      ...['(', ')', '[', ']', '?', ':', ',', '.', ';', '?.', '"', "'", '\\', '`', '${', '=>', '**'],
      ...['1', '0.5', '1e9', '.', '1.', 'min', 'sqrt(', 'true', 'null', 'this', 'constructor', 'é'],
    )
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.array(token, { maxLength: 12 }).map(tokens => tokens.join(' ')),
      fc.array(token, { maxLength: 8 }).map(tokens => tokens.join('')),
    )
    fc.assert(
      fc.property(anyText, text => {
        try {
          const value = run(text)
          expect(value === null || typeof value === 'boolean' || Number.isFinite(value)).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
          expect((error as AppError).message).toContain(text)
        }
      }),
      { numRuns: 5000 },
    )
  })

  it('calculates as JavaScript does', () => {
    const anyTree = fc.letrec<{ tree: string }>(tie => ({
      tree: fc.oneof(
        { maxDepth: 5, depthSize: 'medium' },
        fc.integer({ min: 0, max: 20 }).map(String),
        fc.constantFrom('fast_ma', 'slow_ma'),
        fc
          .tuple(tie('tree'), fc.constantFrom('+', '-', '*', '/', '%'), tie('tree'))
          .map(([a, operator, b]) => `${a} ${operator} ${b}`),
        tie('tree').map(a => `(${a})`),
        tie('tree').map(a => `-(${a})`),
      ),
    })).tree
    fc.assert(
      fc.property(anyTree, text => {
        fc.pre(text.length <= 1000)
        const made = new Function('fast_ma', 'slow_ma', `return ${text}`) // eslint-disable-line
        const expected = made(10, 30) as number
        const value = run(text)
        // What is none on the way makes the whole null, where JavaScript may come back: 1 / (1 / 0).
        if (value !== null) expect(value).toBe(expected)
        else expect(text).toMatch(/[/%]/)
      }),
    )
  })
})

describe('parseWhere', () => {
  it('holds where every condition holds', () => {
    const where = parseWhere(['slow_ma > 2 * fast_ma', 'fast_ma != 7'], ['fast_ma', 'slow_ma'])
    expect(where({ fast_ma: 5, slow_ma: 11 })).toBe(true)
    expect(where({ fast_ma: 5, slow_ma: 10 })).toBe(false)
    expect(where({ fast_ma: 7, slow_ma: 90 })).toBe(false)
    expect(parseWhere([], [])({})).toBe(true)
  })

  it('takes a parameter that is a flag for a condition', () => {
    expect(parseWhere(['deep'], ['deep'])({ deep: true })).toBe(true)
    expect(parseWhere(['not deep'], ['deep'])({ deep: true })).toBe(false)
  })

  it('does not hold where a condition has no value', () => {
    const where = parseWhere(['10 / fast_ma > 1'], ['fast_ma', 'slow_ma'])
    expect(where({ fast_ma: 0 })).toBe(false)
    expect(where({ slow_ma: 1 })).toBe(false)
    expect(parseWhere(['toString == 1'], ['toString'])({})).toBe(false)
  })

  it('refuses a number', () => {
    const error = failure(() => parseWhere(['slow_ma - fast_ma'], NAMES))
    expect(error.message).toContain('"slow_ma - fast_ma" is a number')
    expect(failure(() => parseWhere(['fast_ma'], NAMES)({ fast_ma: 3 })).code).toBe(
      'INVALID_EXPRESSION',
    )
  })
})
