import { existsSync, writeFileSync } from 'node:fs'
import { AppError } from '../../core/errors.js'
import { fromBase58 } from '../solana/base58.js'
import { readSecretFile } from './key-file.js'

/** The most within one trade, any hour and any day. */
export interface Caps {
  readonly perTrade: bigint
  readonly perHour: bigint
  readonly perDay: bigint
}

/** What the signer allows, whoever asks. */
export interface SigningLimits {
  /** The token that worth is counted in. */
  readonly quoteMint: string
  /** Worth of swaps, units of the quote token. */
  readonly worth: Caps
  /** Network and priority fees, lamports. */
  readonly fees: Caps
  /** Tokens that may be swapped, and units of each that may be given within a day, by mints. */
  readonly tokens: ReadonlyMap<string, bigint>
}

/** What a new wallet begins with: 100 USDC a trade, 1000 a day; SOL and USDC alone. */
const FIRST = {
  version: 1,
  quote_mint: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkZwyTDt1v',
  worth: { per_trade: '100000000', per_hour: '500000000', per_day: '1000000000' },
  fees: { per_trade: '1000000', per_hour: '10000000', per_day: '50000000' },
  tokens: {
    EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkZwyTDt1v: { given_per_day: '1000000000' },
    So11111111111111111111111111111111111111112: { given_per_day: '10000000000' },
  },
}

/** Where the limits of a key lie: beside it. */
export function limitsFile(keyFile: string): string {
  return `${keyFile}.limits.json`
}

/** Writes the limits that a new wallet begins with; those that are there stay. */
export function writeFirstLimits(keyFile: string): void {
  const file = limitsFile(keyFile)
  if (existsSync(file)) return
  writeFileSync(file, `${JSON.stringify(FIRST, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
}

/**
 * Reads the limits of a key. They are read once, when the signer starts.
 * @throws AppError KEY_FILE, SIGNER_LIMITS
 */
export function readLimits(keyFile: string): SigningLimits {
  const file = limitsFile(keyFile)
  const wrong = (what: string): AppError =>
    new AppError('SIGNER_LIMITS', `the limits in "${file}" cannot be used: ${what}`, {
      hint: 'amounts are whole units as text, such as "100000000" for 100 USDC; docs/wallet.md shows a file',
      data: { file },
    })
  const content = contentOf(readSecretFile(file), wrong)
  const known = ['version', 'quote_mint', 'worth', 'fees', 'tokens']
  const unknown = Object.keys(content).find(name => !known.includes(name))
  if (unknown !== undefined) throw wrong(`"${unknown}" is no limit`)
  if (content['version'] !== 1) throw wrong(`version "${String(content['version'])}" is not 1`)
  const tokens = Object.entries(Object(content['tokens']) as object).map(
    ([mint, caps]: [string, unknown]) =>
      [addressOf(mint, wrong), unitsOf(caps, 'given_per_day', `tokens.${mint}`, wrong)] as const,
  )
  if (tokens.length < 2) throw wrong('tokens names fewer than two tokens')
  return {
    quoteMint: addressOf(content['quote_mint'], wrong),
    worth: capsOf(content['worth'], 'worth', wrong),
    fees: capsOf(content['fees'], 'fees', wrong),
    tokens: new Map(tokens),
  }
}

type Wrong = (what: string) => AppError

function contentOf(text: string, wrong: Wrong): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Readonly<Record<string, unknown>>
  } catch {
    throw wrong('it is no JSON')
  }
}

function capsOf(value: unknown, of: string, wrong: Wrong): Caps {
  const [perTrade, perHour, perDay] = ['per_trade', 'per_hour', 'per_day'].map(name =>
    unitsOf(value, name, of, wrong),
  ) as [bigint, bigint, bigint]
  if (perTrade > perHour || perHour > perDay)
    throw wrong(`${of} allows more in a trade than in an hour, or in an hour than in a day`)
  return { perTrade, perHour, perDay }
}

function unitsOf(value: unknown, name: string, of: string, wrong: Wrong): bigint {
  const text = (Object(value) as Readonly<Record<string, unknown>>)[name]
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text))
    throw wrong(`${of}.${name} is "${String(text)}"`)
  return BigInt(text)
}

function addressOf(value: unknown, wrong: Wrong): string {
  if (typeof value === 'string' && fromBase58(value)?.length === 32) return value
  throw wrong(`"${String(value)}" is no mint`)
}
