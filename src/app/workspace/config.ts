import { writtenSymbol } from '../../core/candles/symbols.js'
import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { AppError } from '../../core/errors.js'
import { nearestName } from '../../core/names.js'

const fraction = z.number().nonnegative()
const positionSize = z.union([z.number().positive(), z.string().regex(/^\d+(\.\d+)?%$/)])

const exits = z.strictObject({
  position_size: positionSize.nullable().optional(),
  stop_loss: fraction.optional(),
  take_profit: fraction.optional(),
  trailing_stop: z
    .union([fraction, z.strictObject({ active: z.boolean(), distance: fraction })])
    .optional(),
  trailing_from: fraction.optional(),
  break_even: fraction.optional(),
  roi: z.string().nullable().optional(),
  time_stop: z.number().int().nonnegative().optional(),
  cooldown: z.number().int().nonnegative().optional(),
})

const riskSettings = exits.extend({
  /** By strategy: what of it differs from the others. */
  strategies: z.record(z.string(), exits).optional(),
})

const parameters = z.strictObject({
  template: z.string().optional(),
  priority: z.number().optional(),
  custom_params: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).optional(),
})

const market = z.strictObject({
  step: z.number().positive().optional(),
  tick: z.number().positive().optional(),
  min_notional: z.number().nonnegative().optional(),
  shortable: z.boolean().optional(),
})

const coin = z.strictObject({
  active_strategy: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  /** For one strategy its parameters; for several a record of them by strategy. */
  parameters: z.union([parameters, z.record(z.string(), parameters)]).optional(),
  risk_settings: riskSettings.optional(),
  market: market.optional(),
})

const allocation = z.strictObject({
  method: z.string().optional(),
  rebalance: z.string().optional(),
  /** By symbol, or by symbol and strategy. */
  weights: z.record(z.string(), z.union([fraction, z.record(z.string(), fraction)])).optional(),
  target_volatility: z.number().optional(),
  window_days: z.number().optional(),
  kelly_fraction: z.number().optional(),
  kelly_cap: z.number().optional(),
})

const account = z.strictObject({
  capital: z.number().positive().optional(),
  fee_bps: z.number().nonnegative().optional(),
  maker_fee_bps: z.number().nonnegative().optional(),
  slippage_bps: z.number().nonnegative().optional(),
  tx_cost: z.number().nonnegative().optional(),
  impact: z.string().optional(),
  limit_fill: z.string().optional(),
  max_volume_share: z.number().nonnegative().optional(),
  risk_limits: z
    .strictObject({
      max_drawdown: fraction.optional(),
      max_daily_loss: fraction.optional(),
      max_exposure: fraction.optional(),
      max_open_positions: z.number().int().positive().optional(),
      max_trades_per_day: z.number().int().positive().optional(),
      max_data_age_minutes: z.number().positive().optional(),
      max_loss_streak: z.number().int().positive().optional(),
      max_order: z.number().positive().optional(),
    })
    .optional(),
  /** How `assay portfolio` divides the account. */
  allocation: allocation.optional(),
})

const templates = z.record(
  z.string(),
  z.record(z.string(), z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]))),
)

export type CoinConfig = z.infer<typeof coin>
export type AccountConfig = z.infer<typeof account>
export type AllocationConfig = z.infer<typeof allocation>
/** Size, exits and cooldown of one strategy. */
export type ExitsConfig = z.infer<typeof exits>
export type RiskConfig = z.infer<typeof riskSettings>
export type ParametersConfig = z.infer<typeof parameters>
/** Templates by strategy and name, laid over those in code. */
export type TemplatesConfig = z.infer<typeof templates>

/** A configuration file: a section for each coin, and what holds for all of them. */
export interface Config {
  readonly coins: Readonly<Record<string, CoinConfig>>
  readonly account: AccountConfig
  readonly templates: TemplatesConfig
}

const known = new Map<string, { readonly version: string; readonly config: Promise<Config> }>()

/**
 * Reads and checks a configuration file, once for each of its versions: the flags of a command
 * hang on it before it runs, and what comes through a pipe is there only once.
 * @throws AppError INVALID_CONFIG naming file and key
 */
export function readConfig(path: string): Promise<Config> {
  const version = versionOf(path)
  const before = known.get(path)
  if (before?.version === version) return before.config
  const config = parseConfig(path)
  known.set(path, { version, config })
  return config
}

function versionOf(path: string): string {
  try {
    const stat = statSync(path)
    return stat.isFile() ? `${stat.ino} ${stat.mtimeMs} ${stat.size}` : 'no file'
  } catch {
    return 'not there'
  }
}

async function parseConfig(path: string): Promise<Config> {
  const value = await readJson(path)
  const { account: accountPart, templates: templatesPart, ...rest } = value
  // Whom to tell of events is no matter of runs: src/app/notifications reads it.
  const { [NOTIFICATIONS]: _, ...coins } = rest
  checkSymbols(path, Object.keys(coins))
  return Object.freeze({
    coins: Object.fromEntries(
      Object.entries(coins).map(([symbol, section]) => [
        writtenSymbol(symbol),
        checked(coin, section, `${path}: ${symbol}`),
      ]),
    ),
    account: accountPart === undefined ? {} : checked(account, accountPart, `${path}: account`),
    templates:
      templatesPart === undefined ? {} : checked(templates, templatesPart, `${path}: templates`),
  })
}

/** Symbols are stored in upper case, so two sections may mean the same one. */
function checkSymbols(path: string, symbols: readonly string[]): void {
  const upper = symbols.map(writtenSymbol)
  const twice = upper.find((symbol, k) => upper.indexOf(symbol) !== k)
  if (twice === undefined) return
  throw new AppError('INVALID_CONFIG', `file "${path}" has two sections for ${twice}`, {
    hint: 'keep one of them',
  })
}

/** Reads a file of templates: `{"ma_crossover": {"conservative": {"fast_ma": 20}}}`. */
export async function readTemplates(path: string): Promise<TemplatesConfig> {
  return checked(templates, await readJson(path), path)
}

/** The section of a configuration file that says whom to tell of events. */
export const NOTIFICATIONS = 'notifications'

/** Reads a configuration file as it is. @throws AppError INVALID_CONFIG */
export async function readJson(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`
    throw new AppError('INVALID_CONFIG', `file "${path}" ${reason}`, { hint: 'check the path' })
  })
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>
    }
  } catch (error) {
    throw new AppError(
      'INVALID_CONFIG',
      `file "${path}" is not JSON: ${(error as Error).message}`,
      {
        hint: 'look for a missing comma or quote',
      },
    )
  }
  throw new AppError('INVALID_CONFIG', `file "${path}" does not hold an object`, {
    hint: 'it begins with { and has a section for each coin, for example {"SOL-USDC": {...}}',
  })
}

function checked<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = deepest(parsed.error.issues)
  const at = issue.path.length === 0 ? '' : `.${issue.path.join('.')}`
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!
    const near = nearestName(key, KNOWN_KEYS)
    throw new AppError('INVALID_CONFIG', `${where}${at} has an unknown key "${key}"`, {
      hint: near ? `did you mean "${near}"?` : 'docs/configuration.md lists the keys',
    })
  }
  throw new AppError('INVALID_CONFIG', `${where}${at}: ${issue.message}`, {
    hint: 'docs/configuration.md shows a whole file',
  })
}

/** Of a failed union, the branch that came furthest says most. */
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const issue = issues[0]!
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue
  const branches = issue.errors.filter(branch => branch.length > 0).map(deepest)
  const best = branches.reduce((a, b) => (rank(b) > rank(a) ? b : a))
  return { ...best, path: [...issue.path, ...best.path] }
}

function rank(issue: z.core.$ZodIssue): number {
  return issue.path.length * 2 + (issue.code === 'unrecognized_keys' ? 1 : 0)
}

const KNOWN_KEYS = [coin, parameters, riskSettings, market, account, allocation]
  .flatMap(schema => Object.keys(schema.shape))
  .concat([
    'active',
    'distance',
    'max_drawdown',
    'max_daily_loss',
    'max_exposure',
    'max_open_positions',
    'max_trades_per_day',
    'max_data_age_minutes',
    'max_loss_streak',
    'max_order',
  ])
