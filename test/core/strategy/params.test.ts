import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.js'
import {
  choice,
  flag,
  integer,
  number,
  parseParam,
  resolveParams,
} from '../../../src/core/strategy/params.js'

const SPECS = {
  fast: integer({ default: 10, min: 2, max: 100 }),
  width: number({ default: 2, min: 0.5, max: 5 }),
  mode: choice(['calm', 'quick']),
  deep: flag(false),
}

const failure = (work: () => unknown): AppError => {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('resolveParams', () => {
  it('gives every parameter its default', () => {
    expect(resolveParams(SPECS, [])).toEqual({ fast: 10, width: 2, mode: 'calm', deep: false })
  })

  it('lays the later layer over the earlier, value by value', () => {
    const layers = [{ fast: 20, width: 3 }, { fast: '30' }, { deep: 'true' }]
    expect(resolveParams(SPECS, layers)).toEqual({ fast: 30, width: 3, mode: 'calm', deep: true })
  })

  it('refuses an unknown name and suggests the nearest', () => {
    const error = failure(() => resolveParams(SPECS, [{ fsat: 3 }]))
    expect(error).toMatchObject({ code: 'UNKNOWN_PARAMETER', hint: 'did you mean fast?' })
    expect(failure(() => resolveParams({}, [{ x: 1 }])).hint).toContain('no parameters')
  })

  it('does not take what every object has for a parameter', () => {
    for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
      const error = failure(() => resolveParams(SPECS, [{ [name]: 1 }]))
      expect(error.code, name).toBe('UNKNOWN_PARAMETER')
    }
  })

  it('does not change its layers or specs', () => {
    const layer = Object.freeze({ fast: '12' })
    resolveParams(Object.freeze(SPECS), Object.freeze([layer]))
    expect(layer).toEqual({ fast: '12' })
  })
})

describe('parseParam', () => {
  it('takes every whole number of an integer range, as number and as text, and no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: -200, max: 300 }), value => {
        const isInside = value >= 2 && value <= 100
        for (const given of [value, String(value), ` ${value} `]) {
          if (isInside) expect(parseParam('fast', SPECS.fast, given)).toBe(value)
          else expect(() => parseParam('fast', SPECS.fast, given)).toThrow('from 2 to 100')
        }
      }),
    )
  })

  it('takes the limits of a range themselves', () => {
    expect(parseParam('width', SPECS.width, 0.5)).toBe(0.5)
    expect(parseParam('width', SPECS.width, '5')).toBe(5)
    expect(() => parseParam('width', SPECS.width, 5.0001)).toThrow('it must lie from 0.5 to 5')
  })

  it('gives a value in range or an error, whatever it is handed', () => {
    fc.assert(
      fc.property(fc.anything(), value => {
        for (const [name, spec] of Object.entries(SPECS)) {
          let parsed
          try {
            parsed = parseParam(name, spec, value)
          } catch (error) {
            expect((error as AppError).code).toBe('INVALID_PARAMETER')
            continue
          }
          if (typeof parsed === 'number') expect(Number.isFinite(parsed)).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('names parameter, value and limit', () => {
    const error = failure(() => parseParam('fast', SPECS.fast, '2.5'))
    expect(error.message).toBe(
      'parameter fast is "2.5", but it must be a whole number from 2 to 100',
    )
    expect(failure(() => parseParam('mode', SPECS.mode, 'loud')).message).toContain('calm, quick')
    expect(failure(() => parseParam('deep', SPECS.deep, 'yes')).message).toContain('true or false')
  })

  it('refuses texts that only look like numbers', () => {
    for (const text of ['', ' ', 'NaN', 'Infinity', '1e999', '12px', '1_0', '0x', '--5']) {
      expect(() => parseParam('width', SPECS.width, text), text).toThrow(AppError)
    }
  })
})
