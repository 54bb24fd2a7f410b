import { describe, expect, it } from 'vitest'
import { declarationProblem } from '../../../src/core/strategy/declaration.js'
import { HOLD } from '../../../src/core/strategy/intent.js'
import { choice, flag, guardedParams, integer, number } from '../../../src/core/strategy/params.js'
import { defineStrategy, type AnyStrategy } from '../../../src/core/strategy/strategy.js'
import { STRATEGIES } from '../../../strategies/index.js'
import { failure } from '../search/spaces.js'

/** A strategy as JavaScript may write it, whatever the types say. */
function written(members: Readonly<Record<string, unknown>>): AnyStrategy {
  const whole = {
    name: 'own',
    description: '',
    params: {},
    indicators: () => ({}),
    decide: () => HOLD,
  }
  return defineStrategy({ ...whole, ...members })
}

const anything = (value: unknown): never => value as never

describe('a declaration', () => {
  it('of every strategy that ships is right, and so is one without templates and state', () => {
    for (const strategy of STRATEGIES) expect(declarationProblem(strategy)).toBeNull()
    const bare = written({})
    expect(bare.templates).toEqual({})
    expect(bare.initial({})).toEqual({})
    expect(declarationProblem(bare)).toBeNull()
  })

  const wrong: readonly (readonly [string, unknown, RegExp, RegExp])[] = [
    [
      'choice with options behind',
      choice(['a', 'b'], anything({ default: 'b' })),
      /description "\{"default":"b"\}"/,
      /choice\(\[/,
    ],
    [
      'choice of a record',
      choice(anything({ options: ['a'] })),
      /the options "\{"options":\["a"\]\}"/,
      /choice\(\[/,
    ],
    ['choice of nothing', choice(anything(undefined)), /the options "undefined"/, /choice\(\[/],
    ['choice without options', choice(anything([])), /has no options/, /choice\(\[/],
    ['choice of numbers', choice(anything([1, 2])), /the option "1"/, /choice\(\[/],
    [
      'integer without default',
      integer(anything({ min: 1, max: 2 })),
      /default "undefined", but it must be a number/,
      /integer\(/,
    ],
    ['integer of nothing', integer(anything(undefined)), /default "undefined"/, /integer\(/],
    ['number with NaN', number({ default: NaN, min: 1, max: 2 }), /default "NaN"/, /number\(/],
    [
      'integer of a half',
      integer({ default: 1.5, min: 1, max: 2 }),
      /"1.5", but it must be a whole number/,
      /integer\(/,
    ],
    [
      'default outside',
      integer({ default: 9, min: 1, max: 5 }),
      /"9", which must lie from 1 to 5/,
      /integer\(/,
    ],
    [
      'min above max',
      integer({ default: 9, min: 10, max: 5 }),
      /min "10", which is above its max "5"/,
      /integer\(/,
    ],
    ['step of 0', number({ default: 1, min: 0, max: 5, step: 0 }), /step "0"/, /number\(/],
    [
      'unknown key',
      integer(anything({ default: 1, min: 0, max: 5, setp: 1 })),
      /has "setp"/,
      /did you mean step/,
    ],
    ['flag of a text', flag(anything('yes')), /default "yes", not true or false/, /flag\(/],
    ['a bare number', 5, /is "5", which is no declaration/, /integer, number, choice or flag/],
  ]
  it.each(wrong)('says what is wrong: %s', (_name, spec, problem, hint) => {
    const found = declarationProblem(written({ params: { mode: spec } }))
    expect(found?.problem).toMatch(/^parameter mode /)
    expect(found?.problem).toMatch(problem)
    expect(found?.hint).toMatch(hint)
  })

  it.each([
    ['NaN', { entries: NaN }, /entries of the initial state is "NaN"/],
    ['a text', { side: 'long' }, /side of the initial state is "long"/],
    ['a record', { last: { price: 1 } }, /last of the initial state is "\{"price":1\}"/],
    ['a list', [1, 2], /initial state is "\[1,2\]"/],
    ['nothing', undefined, /initial state is "undefined"/],
  ])('refuses a state that holds %s', (_name, state, problem) => {
    expect(declarationProblem(written({ initial: () => state }))?.problem).toMatch(problem)
  })

  it('refuses templates that its parameters do not take', () => {
    const params = { fast: integer({ default: 1, min: 1, max: 9 }) }
    const of = (templates: unknown) => declarationProblem(written({ params, templates }))
    expect(of({ calm: { fsat: 2 } })).toEqual({
      problem: 'template calm: there is no parameter "fsat"',
      hint: 'did you mean fast?',
    })
    expect(of({ calm: { fast: 20 } })?.problem).toMatch(/template calm: parameter fast is "20"/)
    expect(of({ calm: 3 })?.problem).toMatch(/template calm: "3" is no set/)
    expect(of(7)?.problem).toMatch(/templates are "7"/)
    expect(of({ calm: { fast: 2 } })).toBeNull()
  })
})

describe('parameters that a strategy reads', () => {
  const specs = { stop: number({ default: 0.1, min: 0, max: 1 }) }
  const params = guardedParams(specs, { stop: 0.1 })

  it('refuse a name that nothing declares, and say which is near', () => {
    expect(params['stop']).toBe(0.1)
    expect(failure(() => params['stopp'])).toMatchObject({
      code: 'UNKNOWN_PARAMETER',
      hint: 'did you mean stop?',
    })
  })

  it('are a record like any other to who looks at them whole', async () => {
    expect({ ...params }).toEqual({ stop: 0.1 })
    expect(JSON.stringify(params)).toBe('{"stop":0.1}')
    expect(Object.entries(params)).toEqual([['stop', 0.1]])
    expect(structuredClone(params)).toEqual({ stop: 0.1 })
    expect('stopp' in params).toBe(false)
    expect(String(params)).toBe('[object Object]')
    expect(await Promise.resolve(params)).toBe(params)
  })
})
