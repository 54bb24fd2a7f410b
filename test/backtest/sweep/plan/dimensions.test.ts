import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  defaultDimensions,
  gridNames,
  parseGrid,
  parseGrids,
} from '../../../../src/backtest/sweep/plan/dimensions.js'
import { SWEPT_SETTINGS } from '../../../../src/backtest/sweep/plan/swept-settings.js'
import { readRiskSettings } from '../../../../src/app/backtest/input/risk-input.js'
import { AppError } from '../../../../src/core/errors.js'
import { choice, flag, integer, number } from '../../../../src/core/strategy/params.js'
import { isOrdered } from '../../../../src/core/search/space.js'
import type { Dimension } from '../../../../src/core/search/search.js'
import { failure } from '../../../core/search/spaces.js'

const SPECS = {
  fast_ma: integer({ default: 10, min: 2, max: 200 }),
  slow_ma: integer({ default: 30, min: 5, max: 400, step: 5 }),
  width: number({ default: 2, min: 0.5, max: 5 }),
  pullback: number({ default: 35, min: 5, max: 50, step: 1 }),
  trend_timeframe: choice(['4h', '1h', '1d']),
  deep: flag(false),
}

const valuesOf = ({ count, ...dimension }: Dimension): unknown[] =>
  Array.from({ length: count }, (_, k) => dimension.at(k))
const grid = (text: string): unknown[] => valuesOf(parseGrid(text).dimension(SPECS))
const refusal = (text: string): AppError => failure(() => parseGrid(text).dimension(SPECS))

describe('parseGrid', () => {
  it('reads ranges and lists of parameters', () => {
    expect(grid('fast_ma=5:9:2')).toEqual([5, 7, 9])
    expect(grid(' fast_ma = 5 : 7 ')).toEqual([5, 6, 7])
    expect(grid('slow_ma=10:22')).toEqual([10, 15, 20])
    expect(grid('fast_ma=20,5,10')).toEqual([5, 10, 20])
    expect(grid('fast_ma=5')).toEqual([5])
    expect(grid('width=0.5:1:0.25')).toEqual([0.5, 0.75, 1])
    expect(grid('pullback=5:7')).toEqual([5, 6, 7])
    expect(grid('trend_timeframe=1h,4h')).toEqual(['1h', '4h'])
    expect(grid('deep=true,false')).toEqual([true, false])
  })

  it('reads ranges and lists of settings', () => {
    expect(grid('risk.stop_loss=0.01:0.05:0.01')).toEqual([0.01, 0.02, 0.03, 0.04, 0.05])
    expect(grid('risk.time_stop=0:3')).toEqual([0, 1, 2, 3])
    expect(grid('risk.position_size=25%,100%')).toEqual(['25%', '100%'])
    expect(grid('risk.position_size=25%:100%:25%')).toEqual(['25%', '50%', '75%', '100%'])
    expect(isOrdered(parseGrid('risk.position_size=25%:75%:25%').dimension({}))).toBe(true)
    expect(grid('risk.position_size=100:300:100')).toEqual([100, 200, 300])
    expect(grid('cost.fee_bps=0:20:5')).toEqual([0, 5, 10, 15, 20])
    expect(grid('cost.tx_cost=0,0.5')).toEqual([0, 0.5])
  })

  it('takes steps of a take-profit for a text, colons and all', () => {
    const values = (text: string): unknown[] => {
      const dimension = parseGrid(text).dimension({})
      return Array.from({ length: dimension.count }, (_, k) => dimension.at(k))
    }
    expect(values('risk.roi=0:0.10+12:0.05')).toEqual(['0:0.10+12:0.05'])
    expect(values('risk.roi=none,0:0.2,0:0.1+3:0')).toEqual(['none', '0:0.2', '0:0.1+3:0'])
    expect(values('cost.limit_fill=through,touch')).toEqual(['through', 'touch'])
  })

  it('names text, value, limit and the next step in what it refuses', () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['fast_ma', 'it names no parameter', 'write --grid'],
      ['=3:4', 'it names no parameter', 'write --grid'],
      ['fast_ma=', 'a value is missing', 'write --grid'],
      ['fast_ma=5::1', 'a value is missing', 'write --grid'],
      ['fast_ma=5,,6', 'a value is missing', 'write --grid'],
      ['fast_ma=1:2:3:4', 'neither a range nor a list', 'write --grid'],
      ['fast_ma=1:2,4', 'neither a range nor a list', 'write --grid'],
      ['fast_ma=50:5:1', 'from "50" is above to "5"', 'fast_ma=5:50:1'],
      ['fast_ma=5:50:0', 'step "0" is not above 0', 'a step above 0'],
      ['fast_ma=5:50:-1', 'step "-1" is not above 0', 'a step above 0'],
      ['fast_ma=5:50:0.5', 'not a whole number', 'whole step'],
      ['fast_ma=5:50:46', 'no second value', 'fast_ma=5'],
      ['fast_ma=5:5:1', 'no second value', 'fast_ma=5'],
      ['fast_ma=1:50:1', 'fast_ma is "1", but it must be a whole number from 2 to 200', 'another'],
      ['fast_ma=5:500:1', 'fast_ma is "500"', 'another'],
      ['fast_ma=5.5:9:1', 'fast_ma is "5.5"', 'another'],
      ['fast_ma=5,five', 'fast_ma is "five"', 'another'],
      ['fast_ma=0x10', 'fast_ma is "0x10"', 'another'],
      ['fast_ma=5:ten', '"ten" is no number', 'from 2 to 200'],
      ['fast_ma=5:Infinity', '"Infinity" is no number', 'from 2 to 200'],
      ['fast_ma=5,6,5', '"5" is there twice', 'once'],
      ['fast_ma=5,5.0', '"5" is there twice', 'once'],
      ['width=1:2', 'width has no natural step', 'width=1:2:0.1'],
      ['trend_timeframe=1h:4h', 'has no range', 'one of 4h, 1h, 1d'],
      ['trend_timeframe=2h', 'trend_timeframe is "2h"', 'another'],
      ['deep=yes', 'it must be true or false', 'another'],
      ['deep=true,true', '"true" is there twice', 'once'],
      ['risk.stop_loss=0.1:1:0.1', 'risk.stop_loss is "1"', 'another'],
      ['risk.stop_loss=2%', 'a fraction from 0 to below 1', 'another'],
      ['risk.stop_loss=0:0.1', 'no natural step', 'risk.stop_loss=0:0.1:0.01'],
      ['risk.time_stop=0:2:0.5', 'not a whole number', 'whole'],
      ['risk.position_size=0%,50%', 'risk.position_size is "0%"', 'another'],
      ['risk.position_size=50%:150%:50%', 'risk.position_size is "150%"', 'another'],
      ['risk.position_size=50%:100%', 'no natural step', 'risk.position_size=50%:100%:10%'],
      ['cost.fee_bps=0:20000:5000', 'from 0 to 9999', 'another'],
      ['width=1:2:0.00000000000000001', 'too many digits', '15 digits'],
    ]
    for (const [text, problem, hint] of cases) {
      const error = refusal(text)
      expect(error, text).toMatchObject({ code: 'INVALID_GRID', exitCode: 2 })
      expect(error.message, text).toContain(problem)
      expect(error.hint, text).toContain(hint)
    }
  })

  it('suggests the nearest of parameters and settings for an unknown name', () => {
    const error = refusal('fsat_ma=5:50:1')
    expect(error).toMatchObject({ code: 'UNKNOWN_PARAMETER', hint: 'did you mean fast_ma?' })
    expect(error.message).toContain('"fsat_ma=5:50:1"')
    expect(refusal('risk.stoploss=0.1').hint).toBe('did you mean risk.stop_loss?')
    expect(refusal('constructor=1').code).toBe('UNKNOWN_PARAMETER')
    expect(refusal('__proto__=1').code).toBe('UNKNOWN_PARAMETER')
  })

  it('throws nothing but AppError, and gives only values that it takes one by one', () => {
    const word = fc.oneof(
      fc.constantFrom(
        '5',
        '0',
        '-1',
        '1e3',
        '0.5',
        '50%',
        'true',
        '4h',
        '',
        'x',
        '1e-400',
        '9e999',
      ),
      fc.double({ noNaN: true }).map(String),
    )
    const name = fc.constantFrom(...gridNames(SPECS), 'other')
    const join = fc.constantFrom(':', ',')
    const anyText = fc
      .tuple(name, fc.array(word, { maxLength: 4 }), join)
      .map(([key, words, by]) => `${key}=${words.join(by)}`)
    fc.assert(
      fc.property(anyText, text => {
        try {
          const { name: key, ...entry } = parseGrid(text)
          const dimension = entry.dimension(SPECS)
          for (const index of new Set([0, dimension.count >> 1, dimension.count - 1])) {
            const value = dimension.at(Math.min(dimension.count - 1, Math.max(0, index)))
            expect(grid(`${key}=${value}`)).toEqual([value])
          }
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('parseGrids', () => {
  it('refuses a name that is given twice', () => {
    expect(parseGrids(['fast_ma=1,2', 'slow_ma=5']).map(({ name }) => name)).toEqual([
      'fast_ma',
      'slow_ma',
    ])
    const error = failure(() => parseGrids(['fast_ma=1,2', 'fast_ma=3']))
    expect(error.message).toContain('"fast_ma" is swept twice')
  })
})

const optionOf = (key: string): string =>
  key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

describe('the limits of risk settings', () => {
  it('are those of the flags', () => {
    const words = ['0', '0.02', '1', '0.999', '5', '999.5', '1000', '1e9', '1e9', '1000000001']
    const more = ['-1', '25%', '100%', '101%', '0%', '2.5%', '1e15', '1e14', 'x', '2.5']
    for (const name of Object.keys(SWEPT_SETTINGS)) {
      if (!name.startsWith('risk.')) continue
      for (const word of [...words, ...more]) {
        const key = name.slice('risk.'.length)
        const read = (): unknown => readRiskSettings({}, { [optionOf(key)]: word })
        // Zero as text is "none" for a size too, though its flag wants the flag left out.
        if (key === 'position_size' && word === '0') continue
        let isTaken = true
        try {
          read()
        } catch {
          isTaken = false
        }
        expect(SWEPT_SETTINGS[name]!.read(word) !== null, `${name}=${word}`).toBe(isTaken)
      }
    }
  })
})

describe('defaultDimensions', () => {
  it('goes over whole ranges by their steps, over all options, and leaves numbers without a step', () => {
    const dimensions = defaultDimensions(SPECS)
    expect(dimensions.map(({ name }) => name)).not.toContain('width')
    const [fast, slow, pullback, timeframe, deep] = dimensions.map(valuesOf)
    expect([fast!.length, fast!.at(0), fast!.at(-1)]).toEqual([199, 2, 200])
    expect([slow!.length, slow!.at(0), slow!.at(-1)]).toEqual([80, 5, 400])
    expect(pullback!.length).toBe(46)
    expect(timeframe).toEqual(['4h', '1h', '1d'])
    expect(deep).toEqual([false, true])
  })

  it('keeps wide ranges to their levels', () => {
    const wide = {
      a: integer({ default: 1, min: 0, max: 1e6 }),
      b: integer({ default: 1, min: 1, max: 1 }),
    }
    const [a, b] = defaultDimensions(wide).map(valuesOf)
    expect([a!.length, a!.at(1), a!.at(-1)]).toEqual([1001, 1000, 1e6])
    expect(b).toEqual([1])
  })
})
