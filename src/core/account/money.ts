import { assert, broken } from '../assert.js'
import { AppError } from '../errors.js'

declare const units: unique symbol
/**
 * An amount of real money: a whole number of the smallest units of a token, 0 to 2^64 - 1. The core
 * computes in doubles; amounts become these here, at the edge of a venue, and nowhere else.
 */
export type BaseUnits = bigint & { readonly [units]: true }

/** A currency on a venue. */
export interface Token {
  /** Name for messages, such as USDC. */
  readonly symbol: string
  /** Decimal places: 1 token is `10^decimals` base units. 0 to 255, as the mint says; never a constant. */
  readonly decimals: number
}

/** Where an amount goes that is no whole number of base units. */
export type Rounding = 'down' | 'up'

/** The most that a token account on Solana holds: its amount is an unsigned integer of 64 bits. */
export const UNITS_MAX = 2n ** 64n - 1n
/** The decimals of a mint are one byte. */
export const DECIMALS_MAX = 255
/** Basis points of a whole. */
export const WHOLE_BPS = 10_000

/** A number of base units that the program itself has made. A bug throws. */
export function baseUnits(count: bigint): BaseUnits {
  if (count < 0n) throw broken(`an amount of ${count} base units is negative`)
  if (count > UNITS_MAX) throw broken(`an amount of ${count} base units is above ${UNITS_MAX}`)
  return count as BaseUnits
}

/**
 * Reads a count of base units, as venues write it: digits and nothing else.
 * @throws AppError INVALID_AMOUNT for any other text, and for one above 2^64 - 1
 */
export function readUnits(text: string): BaseUnits {
  if (!/^\d{1,20}$/.test(text)) {
    throw refused(`"${text}" is no count of base units`, 'write digits alone, such as 1500000')
  }
  return fitting(BigInt(text), text)
}

/**
 * Reads an amount of tokens, such as "12.5". More places than the token has are refused, but for zeros,
 * where no rounding is named.
 * @throws AppError INVALID_AMOUNT for what is no decimal number of at least 0, has more places, or is
 * above 2^64 - 1 base units
 */
export function parseUnits(text: string, token: Token, rounding?: Rounding): BaseUnits {
  const [, whole, places = ''] = /^(\d{1,40})(?:\.(\d{1,300}))?$/.exec(text) ?? []
  if (whole === undefined) {
    throw refused(`"${text}" is no amount of ${token.symbol}`, 'write a number such as 12.5')
  }
  const { count, isExact } = scaled(BigInt(whole + places), -places.length, token, rounding)
  if (!isExact && rounding === undefined) {
    const most = `${token.symbol} has ${token.decimals} decimal places`
    throw refused(`"${text}" has more places than that: ${most}`, 'leave out the places beyond')
  }
  return fitting(count, text)
}

/** An amount of tokens as text: exact, without an exponent, without zeros at its end. For JSON and NUMERIC. */
export function formatUnits(amount: BaseUnits, token: Token): string {
  const digits = amount.toString().padStart(decimalsOf(token) + 1, '0')
  const point = digits.length - token.decimals
  const places = digits.slice(point).replace(/0+$/, '')
  return places === '' ? digits.slice(0, point) : `${digits.slice(0, point)}.${places}`
}

/** The double nearest to an amount of tokens, for the books of the engine. */
export function tokensOf(amount: BaseUnits, token: Token): number {
  return Number(formatUnits(amount, token))
}

/** What a purchase may cost, tokens: rounded down, so that it never costs more than was asked. */
export function spendUnits(spend: number, token: Token): BaseUnits {
  return unitsOf(spend, token, 'down')
}

/** What a sale gives away, tokens: rounded down, so that it never sells more than was asked. */
export function soldUnits(quantity: number, token: Token): BaseUnits {
  return unitsOf(quantity, token, 'down')
}

/** What is owed, tokens: rounded up, so that a fee is never booked too low. */
export function feeUnits(fee: number, token: Token): BaseUnits {
  return unitsOf(fee, token, 'up')
}

/** No more than the wallet holds. */
export function withinBalance(amount: BaseUnits, balance: BaseUnits): BaseUnits {
  return amount < balance ? amount : balance
}

/** `bps` hundredths of a per cent of an amount, 0 to 10,000, rounded down: parts never exceed the whole. */
export function shareOf(amount: BaseUnits, bps: number): BaseUnits {
  return baseUnits(mulDiv(amount, wholeBps(bps), BigInt(WHOLE_BPS), 'down'))
}

/** The two tokens of a market: sizes are of the base, amounts of the quote. */
export interface TokenPair {
  /** What is bought and sold. */
  readonly base: Token
  /** What is paid with. */
  readonly quote: Token
}

/** What a quantity of base is worth at a price, in units of the quote. `price` is quote a base token. */
export function quoteFor(
  quantity: BaseUnits,
  price: number,
  { base, quote }: TokenPair,
  rounding: Rounding,
): BaseUnits {
  const { digits, exponent } = decimalOf(price)
  const places = exponent + decimalsOf(quote) - decimalsOf(base)
  return baseUnits(scaledBy(quantity * digits, places, rounding).count)
}

/** What an amount of quote buys at a price, in units of the base. `price` is quote a base token, above 0. */
export function baseFor(
  amount: BaseUnits,
  price: number,
  { base, quote }: TokenPair,
  rounding: Rounding,
): BaseUnits {
  assert(price > 0, 'something is bought for nothing')
  const { digits, exponent } = decimalOf(price)
  const places = decimalsOf(base) - decimalsOf(quote) - exponent
  const up = power(Math.max(0, places))
  return baseUnits(mulDiv(amount, up, digits * power(Math.max(0, -places)), rounding))
}

/**
 * The least that a trade must bring, of what it was expected to bring: less by `slippageBps`, and
 * rounded up, so that it is never filled worse than the tolerance says.
 */
export function leastOf(expected: BaseUnits, slippageBps: number): BaseUnits {
  const kept = BigInt(WHOLE_BPS) - wholeBps(slippageBps)
  return baseUnits(mulDiv(expected, kept, BigInt(WHOLE_BPS), 'up'))
}

/** `a * b / c` without loss in between. None of them is below 0, and `c` is above it. */
export function mulDiv(a: bigint, b: bigint, c: bigint, rounding: Rounding): bigint {
  assert(a >= 0n && b >= 0n && c > 0n, 'a ratio of amounts is negative')
  const product = a * b
  return rounding === 'down' ? product / c : (product + c - 1n) / c
}

/**
 * Tokens as base units. A double stands for the shortest decimal that reads back as it: 0.3 is three
 * tenths, and not the 0.29999999999999998 that its bits say, of which a sale would leave a unit behind.
 */
function unitsOf(tokens: number, token: Token, rounding: Rounding): BaseUnits {
  const { digits, exponent } = decimalOf(tokens)
  return baseUnits(scaled(digits, exponent, token, rounding).count)
}

interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

/** The shortest decimal `digits * 10^exponent` that reads back as a double, which is at least 0. */
function decimalOf(value: number): Decimal {
  if (!(value >= 0 && value < Infinity)) throw broken(`${value} is no amount`)
  const [mantissa = '', power = '0'] = String(value).split('e')
  const [whole = '', places = ''] = mantissa.split('.')
  return { digits: BigInt(whole + places), exponent: Number(power) - places.length }
}

interface Scaled {
  readonly count: bigint
  readonly isExact: boolean
}

function scaled(digits: bigint, exponent: number, token: Token, rounding?: Rounding): Scaled {
  return scaledBy(digits, exponent + decimalsOf(token), rounding)
}

/** `digits * 10^exponent` as a whole number. */
function scaledBy(digits: bigint, exponent: number, rounding: Rounding = 'down'): Scaled {
  if (exponent >= 0) return { count: digits * power(exponent), isExact: true }
  const divisor = power(-exponent)
  const isExact = digits % divisor === 0n
  return { count: mulDiv(digits, 1n, divisor, rounding), isExact }
}

function power(exponent: number): bigint {
  return 10n ** BigInt(exponent)
}

function decimalsOf({ symbol, decimals }: Token): number {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > DECIMALS_MAX) {
    throw broken(`${symbol} has ${decimals} decimal places`)
  }
  return decimals
}

function wholeBps(bps: number): bigint {
  if (!Number.isInteger(bps) || bps < 0 || bps > WHOLE_BPS) throw broken(`${bps} bps of a whole`)
  return BigInt(bps)
}

function fitting(count: bigint, text: string): BaseUnits {
  if (count <= UNITS_MAX) return count as BaseUnits
  throw refused(`"${text}" is above the most that a token account holds`, 'give a smaller amount')
}

function refused(message: string, hint: string): AppError {
  return new AppError('INVALID_AMOUNT', message, { hint })
}
