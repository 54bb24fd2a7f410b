import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.js'
import {
  DAY_MS,
  formatTime,
  parseIso,
  timeframeMs,
  timeframeName,
} from '../../../src/core/candles/time.js'

/** From the year 1 to the year 9999, to the millisecond. */
const YEAR_1 = Date.parse('0001-01-01T00:00:00.000Z')
const YEAR_9999 = Date.parse('9999-12-31T23:59:59.999Z')
const times = fc.integer({ min: YEAR_1, max: YEAR_9999 })

const withoutZeros = (iso: string): string => iso.replace('.000Z', 'Z')

describe('formatTime', () => {
  it('agrees with Date from the year 1 to the year 9999', () => {
    fc.assert(
      fc.property(times, time => {
        expect(formatTime(time)).toBe(withoutZeros(new Date(time).toISOString()))
      }),
      { numRuns: 5_000 },
    )
  })

  it('agrees with Date on every day of four centuries, leap years included', () => {
    for (let day = Date.UTC(1890, 0, 1); day < Date.UTC(2290, 0, 1); day += DAY_MS) {
      if (formatTime(day) !== withoutZeros(new Date(day).toISOString())) {
        expect(formatTime(day)).toBe(withoutZeros(new Date(day).toISOString()))
      }
    }
  })

  it('writes milliseconds only where there are some', () => {
    expect(formatTime(0)).toBe('1970-01-01T00:00:00Z')
    expect(formatTime(1)).toBe('1970-01-01T00:00:00.001Z')
    expect(formatTime(-1)).toBe('1969-12-31T23:59:59.999Z')
  })
})

describe('parseIso', () => {
  it('reads what formatTime writes', () => {
    fc.assert(
      fc.property(times, time => {
        expect(parseIso(formatTime(time))).toBe(time)
      }),
    )
  })

  it('refuses other texts, naming them', () => {
    const wrong = ['', '2024-01-31', '2024-01-31T00:00:00', '2024-01-31 00:00:00Z', 'now', ' ']
    for (const text of [...wrong, '2024-01-31T00:00:00+01:00', '2024-01-31T00:00:00.5Z']) {
      expect(() => parseIso(text), text).toThrow(AppError)
    }
    expect(() => parseIso('noon')).toThrow('"noon" is not a time')
  })
})

describe('timeframes', () => {
  it('have a length in milliseconds', () => {
    const lengths = ['1s', '1m', '15m', '1h', '4h', '1d', '1w'].map(timeframeMs)
    expect(lengths).toEqual([1e3, 6e4, 9e5, 36e5, 144e5, 864e5, 6048e5])
  })

  it('are named by the largest unit that divides them', () => {
    const names = ['60s', '90m', '24h', '7d', '120m', '36h'].map(text =>
      timeframeName(timeframeMs(text)),
    )
    expect(names).toEqual(['1m', '90m', '1d', '1w', '2h', '36h'])
  })

  it('survive naming and reading', () => {
    const frames = fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.constantFrom(...'smhdw'))
    fc.assert(
      fc.property(frames, ([count, unit]) => {
        const length = timeframeMs(`${count}${unit}`)
        const name = timeframeName(length)
        if (/^[1-9]\d{0,3}[smhdw]$/.test(name)) expect(timeframeMs(name)).toBe(length)
      }),
    )
  })

  it('are refused in other shapes', () => {
    for (const text of ['', '1', 'h', '0h', '01h', '1.5h', '1M', '1 h', '-1h', '10000m', '1y']) {
      expect(() => timeframeMs(text), text).toThrow('is not a known length')
    }
  })

  it.each([
    ['1D', '1d'],
    ['4H', '4h'],
    ['60', '1h'],
    ['240', '4h'],
    ['D', '1d'],
    ['W', '1w'],
    ['H1', '1h'],
    ['M5', '5m'],
    ['15min', '15m'],
    ['1hour', '1h'],
    ['daily', '1d'],
    ['1 h', '1h'],
  ])('of other programs are recognised: %s means %s', (text, meant) => {
    expect(() => timeframeMs(text)).toThrow(`did you mean ${meant}?`)
  })

  it('of months have no fixed length, and are not taken for minutes', () => {
    for (const text of ['1M', 'M', '3M']) {
      expect(() => timeframeMs(text), text).toThrow(/is not a known length$/)
    }
  })
})
