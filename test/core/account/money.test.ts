import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  baseFor,
  baseUnits,
  feeUnits,
  formatUnits,
  leastOf,
  mulDiv,
  parseUnits,
  quoteFor,
  readUnits,
  shareOf,
  soldUnits,
  spendUnits,
  tokensOf,
  UNITS_MAX,
  withinBalance,
  type Token,
} from '../../../src/core/account/money.js'
import { AppError } from '../../../src/core/errors.js'

const SOL: Token = { symbol: 'SOL', decimals: 9 }
const USDC: Token = { symbol: 'USDC', decimals: 6 }
const PAIR = { base: SOL, quote: USDC }

const units = fc.bigInt({ min: 0n, max: UNITS_MAX }).map(baseUnits)
/** Counts of at most 15 digits, which doubles tell apart. */
const fewUnits = fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }).map(baseUnits)
const token = fc.integer({ min: 0, max: 255 }).map(decimals => ({ symbol: 'T', decimals }))
const amount = fc.double({ min: 0, max: 1e9, noNaN: true })
const bps = fc.integer({ min: 0, max: 10_000 })

/** A double as a fraction of whole numbers, by its bits. */
function fractionOf(value: number): readonly [bigint, bigint] {
  let [over, under] = [value, 1n]
  while (!Number.isInteger(over)) [over, under] = [over * 2, under * 2n]
  return [BigInt(over), under]
}

describe('an amount as text', () => {
  it('comes back as it went, for all counts and all decimals that a mint can have', () => {
    fc.assert(
      fc.property(units, token, (count, of) => {
        const text = formatUnits(count, of)
        expect(text).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/)
        expect(parseUnits(text, of)).toBe(count)
        expect(readUnits(String(count))).toBe(count)
      }),
    )
  })

  it('is read as databases and people write it', () => {
    expect(parseUnits('1.500000000000000000', USDC)).toBe(1_500_000n)
    expect(parseUnits('007', USDC)).toBe(7_000_000n)
    expect(formatUnits(baseUnits(1n), SOL)).toBe('0.000000001')
    expect(formatUnits(baseUnits(0n), SOL)).toBe('0')
    expect(formatUnits(baseUnits(UNITS_MAX), SOL)).toBe('18446744073.709551615')
  })

  it.each(['', '-1', '+1', '1e3', '1.', '.5', '1,5', 'NaN', 'Infinity', '0x10', ' 1', '1 '])(
    'is refused where it is no plain decimal: "%s"',
    text => {
      expect(() => parseUnits(text, USDC)).toThrow(AppError)
      expect(() => readUnits(text)).toThrow(AppError)
    },
  )

  it('is refused with more places than the token has, or rounded as it is said', () => {
    expect(() => parseUnits('0.1234567', USDC)).toThrow('USDC has 6 decimal places')
    expect(parseUnits('0.1234567', USDC, 'down')).toBe(123_456n)
    expect(parseUnits('0.1234561', USDC, 'up')).toBe(123_457n)
  })

  it('is refused above what a token account holds, and taken up to it', () => {
    expect(readUnits('18446744073709551615')).toBe(UNITS_MAX)
    expect(() => readUnits('18446744073709551616')).toThrow('above the most')
    expect(parseUnits('18446744073.709551615', SOL)).toBe(UNITS_MAX)
    expect(() => parseUnits('18446744073.709551616', SOL)).toThrow('above the most')
  })
})

describe('an amount as a double', () => {
  it('comes back as it went where doubles tell the counts apart, whatever the rounding', () => {
    fc.assert(
      fc.property(fewUnits, fc.integer({ min: 0, max: 18 }), (count, decimals) => {
        const of = { symbol: 'T', decimals }
        const tokens = tokensOf(count, of)
        expect([spendUnits(tokens, of), feeUnits(tokens, of)]).toEqual([count, count])
      }),
    )
    expect(soldUnits(0.3, SOL)).toBe(300_000_000n)
  })

  it('is the one that lies nearest to the count', () => {
    fc.assert(
      fc.property(units, fc.integer({ min: 0, max: 18 }), (count, decimals) => {
        const tokens = tokensOf(count, { symbol: 'T', decimals })
        const error = (value: number): bigint => {
          const [over, under] = fractionOf(value)
          const off = over * 10n ** BigInt(decimals) - count * under
          return ((off < 0n ? -off : off) * 2n ** 200n) / under
        }
        const step = tokens * 2 ** -53
        for (const other of [tokens - step, tokens + step]) {
          expect(error(tokens) <= error(other)).toBe(true)
        }
      }),
    )
  })

  it('rounds a spend and a sale down and a fee up, by less than a unit', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 9 }), (tokens, decimals) => {
        const of = { symbol: 'T', decimals }
        const [spend, sold, fee] = [
          spendUnits(tokens, of),
          soldUnits(tokens, of),
          feeUnits(tokens, of),
        ]
        expect(spend).toBe(sold)
        expect(tokensOf(spend, of)).toBeLessThanOrEqual(tokens)
        expect(tokensOf(fee, of)).toBeGreaterThanOrEqual(tokens)
        expect(fee - spend === 0n || fee - spend === 1n).toBe(true)
      }),
    )
  })

  it('lies within half the last digit of its bits where a whole number is made of it', () => {
    fc.assert(
      fc.property(amount, tokens => {
        const [over, under] = fractionOf(tokens)
        const ulps = BigInt(Math.ceil(tokens * 1e9 * 2 ** -53)) + 1n
        expect(spendUnits(tokens, SOL) * under <= over * 10n ** 9n + ulps * under).toBe(true)
        expect(feeUnits(tokens, SOL) * under >= over * 10n ** 9n - ulps * under).toBe(true)
      }),
    )
  })

  it.each([-1, -1e-300, NaN, Infinity, -Infinity])('is refused as a bug where it is %s', tokens => {
    expect(() => spendUnits(tokens, SOL)).toThrow('Assay is broken')
    expect(() => soldUnits(tokens, SOL)).toThrow('is no amount')
    expect(() => feeUnits(tokens, SOL)).toThrow('is no amount')
    expect(() => quoteFor(baseUnits(1n), tokens, PAIR, 'up')).toThrow('is no amount')
    expect(() => baseFor(baseUnits(1n), tokens, PAIR, 'up')).toThrow('Assay is broken')
  })

  it('is refused above 2^64 - 1 units, however it is written', () => {
    expect(() => spendUnits(1e21, USDC)).toThrow('above 18446744073709551615')
    expect(spendUnits(1.8e10, SOL)).toBe(18_000_000_000_000_000_000n)
    expect(spendUnits(1e-7, USDC)).toBe(0n)
    expect(feeUnits(1e-7, USDC)).toBe(1n)
  })
})

describe('a count of units', () => {
  it('is from 0 to 2^64 - 1', () => {
    expect(() => baseUnits(-1n)).toThrow('is negative')
    expect(() => baseUnits(UNITS_MAX + 1n)).toThrow('is above')
  })

  it.each([-1, 256, 1.5, NaN])('is of no token with %s decimals', decimals => {
    const of = { symbol: 'T', decimals }
    expect(() => formatUnits(baseUnits(1n), of)).toThrow('decimal places')
    expect(() => spendUnits(1, of)).toThrow('decimal places')
  })
})

describe('parts', () => {
  it('of an amount never add up to more than the whole', () => {
    fc.assert(
      fc.property(units, fc.array(fc.nat(3000), { minLength: 1, maxLength: 12 }), (whole, cuts) => {
        let left = 10_000
        const parts = cuts.map(cut => {
          const share = Math.min(cut, left)
          left -= share
          return shareOf(whole, share)
        })
        const rest = shareOf(whole, left)
        const sum = parts.reduce((total, part) => total + part, rest as bigint)
        expect(sum <= whole).toBe(true)
        expect(whole - sum <= BigInt(cuts.length)).toBe(true)
        expect(shareOf(whole, 10_000)).toBe(whole)
      }),
    )
  })

  it('are never above the balance', () => {
    fc.assert(
      fc.property(units, units, bps, amount, (asked, balance, share, tokens) => {
        expect(withinBalance(asked, balance) <= balance).toBe(true)
        expect(withinBalance(asked, balance) <= asked).toBe(true)
        expect(shareOf(balance, share) <= balance).toBe(true)
        expect(withinBalance(spendUnits(tokens, USDC), balance) <= balance).toBe(true)
      }),
    )
  })

  it.each([-1, 10_001, 0.5, NaN])('are of no %s bps', share => {
    expect(() => shareOf(baseUnits(1n), share)).toThrow('bps of a whole')
    expect(() => leastOf(baseUnits(1n), share)).toThrow('bps of a whole')
  })
})

describe('a price', () => {
  it('makes quote of base, and base of quote, to the unit', () => {
    expect(quoteFor(baseUnits(1_000_000_000n), 150.1, PAIR, 'down')).toBe(150_100_000n)
    expect(quoteFor(baseUnits(1n), 150.1, PAIR, 'down')).toBe(0n)
    expect(quoteFor(baseUnits(1n), 150.1, PAIR, 'up')).toBe(1n)
    expect(baseFor(baseUnits(150_100_000n), 150.1, PAIR, 'down')).toBe(1_000_000_000n)
    expect(() => baseFor(baseUnits(1n), 0, PAIR, 'down')).toThrow('for nothing')
    const bonk = { base: { symbol: 'BONK', decimals: 5 }, quote: USDC }
    expect(baseFor(baseUnits(1_000_000n), 2.5e-5, bonk, 'down')).toBe(4_000_000_000n)
  })

  it('never makes more of what was bought and sold again, and loses less than it must', () => {
    const price = fc.double({ min: 1e-3, max: 1e5, noNaN: true })
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }).map(baseUnits), price, (spend, at) => {
        const bought = baseFor(spend, at, PAIR, 'down')
        expect(quoteFor(bought, at, PAIR, 'down') <= spend).toBe(true)
        expect(quoteFor(baseFor(spend, at, PAIR, 'up'), at, PAIR, 'up') >= spend).toBe(true)
      }),
    )
  })

  it('that may be missed by some bps leaves a least that is not below them', () => {
    expect(leastOf(baseUnits(1_000_001n), 30)).toBe(997_001n)
    expect(leastOf(baseUnits(7n), 0)).toBe(7n)
    fc.assert(
      fc.property(units, bps, (expected, slippage) => {
        const least = leastOf(expected, slippage)
        expect(least <= expected).toBe(true)
        expect(least * 10_000n >= expected * BigInt(10_000 - slippage)).toBe(true)
        expect((least - 1n) * 10_000n < expected * BigInt(10_000 - slippage)).toBe(true)
      }),
    )
  })
})

it('multiplies before it divides, and knows no negative', () => {
  const big = fc.bigInt({ min: 0n, max: 2n ** 80n })
  fc.assert(
    fc.property(big, big, fc.bigInt({ min: 1n, max: 2n ** 80n }), (a, b, c) => {
      const [floor, ceiling] = [mulDiv(a, b, c, 'down'), mulDiv(a, b, c, 'up')]
      expect(floor * c <= a * b && (floor + 1n) * c > a * b).toBe(true)
      expect(ceiling - floor).toBe((a * b) % c === 0n ? 0n : 1n)
    }),
  )
  expect(() => mulDiv(-1n, 1n, 1n, 'up')).toThrow('is negative')
  expect(() => mulDiv(1n, 1n, 0n, 'up')).toThrow('is negative')
})
