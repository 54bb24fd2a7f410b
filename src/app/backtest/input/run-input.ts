import { findHome } from '../../workspace/home.js'
import { splitSymbol, writtenSymbol } from '../../../core/candles/symbols.js'
import type { RequestedStrategy, RunRequest } from '../../../backtest/run/record/run-request.js'
import { checkDetail } from '../../../backtest/run/run.js'
import {
  DEFAULT_COSTS,
  IMPACT_PRESETS,
  impactPreset,
  type Costs,
  type Impact,
  type LimitFill,
} from '../../../core/account/costs.js'
import { AppError } from '../../../core/errors.js'
import { defaultMarket, type Market } from '../../../core/account/market.js'
import type { RiskSettings } from '../../../core/risk/settings.js'
import { timeframeMs } from '../../../core/candles/time.js'
import type { AccountConfig, CoinConfig, Config } from '../../workspace/config.js'
import {
  checkNumber,
  isOn,
  numberOption,
  optionLabel,
  textOption,
  timeOption,
} from '../../options/options.js'
import type { RunOptions } from './run-options.js'
import { configKey, readRiskLimits, readRiskSettings, refuseStrayExits } from './risk-input.js'
import { requestStrategy, type TemplateLayers } from './strategy-input.js'
import { checkTemplateNames, templatesOf } from './templates-input.js'
import { loadStrategy } from '../../strategy/strategy-loader.js'

/** The reader of configuration files is loaded where one is named: it takes a while. */
const EMPTY_CONFIG: Config = Object.freeze({ coins: {}, account: {}, templates: {} })

const DEFAULT_CAPITAL = 10_000

/**
 * A run as the command line asks for it: options over the configuration file over defaults.
 * @param reference the strategy named on the command line, if any
 * @param folder where compiled strategy files are kept
 */
export async function readRunRequest(
  reference: string | undefined,
  options: RunOptions,
  folder: string,
): Promise<RunRequest> {
  const config = await configOf(options)
  const symbol = readSymbol(options, config)
  const coin = coinSection(config, symbol, options)
  const terms = await readTerms({ options, config, symbol, coin })
  return { ...terms, strategies: await readStrategies(reference, options, config, coin, folder) }
}

/** A run but for what trades in it, and the exits of whatever does. */
export interface RunTerms {
  readonly request: Omit<RunRequest, 'strategies' | 'signals'>
  readonly risk: RiskSettings
}

/** What is asked of a run in which no strategy decides: its file may have no sections at all. */
export async function readRunTerms(options: RunOptions): Promise<RunTerms> {
  const config = await configOf(options)
  const symbol = readSymbol(options, config)
  const hasSections = Object.keys(config.coins).length > 0
  const coin = hasSections ? coinSection(config, symbol, options) : undefined
  return {
    request: await readTerms({ options, config, symbol, coin }),
    risk: readRiskSettings(coin?.risk_settings ?? {}, options),
  }
}

interface Asked {
  readonly options: RunOptions
  readonly config: Config
  readonly symbol: string
  readonly coin: CoinConfig | undefined
}

async function readTerms({ options, config, symbol, coin }: Asked): Promise<RunTerms['request']> {
  const timeframe = required(options, 'timeframe', '1h')
  timeframeMs(timeframe)
  const impact = textOption(options, 'impact') ?? config.account.impact ?? 'none'
  const from = timeOption(options, 'from') ?? null
  const to = timeOption(options, 'to') ?? null
  if (from !== null && to !== null && from >= to) {
    throw new AppError(
      'INVALID_TIME',
      `--from "${textOption(options, 'from')}" is not before --to "${textOption(options, 'to')}"`,
      {
        hint: '--from is inclusive, --to exclusive',
      },
    )
  }
  const detail = textOption(options, 'detail')
  return {
    symbol,
    timeframe,
    market: readMarket(symbol, coin, options),
    capital: amount(options, 'capital', config.account.capital, DEFAULT_CAPITAL, {
      min: 0,
      open: true,
    }),
    costs: readCosts(options, config.account, await impactOf(impact)),
    impact,
    fill: readFill(options),
    limits: readRiskLimits(config.account, options),
    keepOpen: isOn(options, 'keepOpen'),
    from,
    to,
    warmFrom: null,
    decideFrom: timeOption(options, 'decideFrom') ?? null,
    detail: detail === undefined ? null : checkDetail(timeframe, detail),
  }
}

function readCosts(options: RunOptions, account: AccountConfig, impact: Impact | null): Costs {
  const bps = (
    name: 'feeBps' | 'makerFeeBps' | 'slippageBps',
    configured: number | undefined,
    fallback: number,
  ): number => amount(options, name, configured, fallback, BPS) / 10_000
  const fee = bps('feeBps', account.fee_bps, DEFAULT_COSTS.fee * 10_000)
  const makerFee = bps('makerFeeBps', account.maker_fee_bps, NaN)
  const share = amount(options, 'maxVolumeShare', account.max_volume_share, 0, {
    min: 0,
    max: 1,
    hint: 'a share of the volume of a candle: 0.05 is 5 %, 0 is no limit',
  })
  return {
    fee,
    makerFee: Number.isNaN(makerFee) ? fee : makerFee,
    slippage: bps('slippageBps', account.slippage_bps, DEFAULT_COSTS.slippage * 10_000),
    txCost: amount(options, 'txCost', account.tx_cost, DEFAULT_COSTS.txCost, { min: 0 }),
    impact,
    limitFill: readLimitFill(options, account),
    maxVolumeShare: share === 0 ? null : share,
  }
}

/** The curve of a preset; the reader of those of a user's own is loaded where one is named. */
async function impactOf(name: string): Promise<Impact | null> {
  if (Object.hasOwn(IMPACT_PRESETS, name)) return impactPreset(name)
  const { impactNamed: named } = await import('../../costs/cost-presets.js')
  return named(name, findHome(process.env).folder)
}

function readLimitFill(options: RunOptions, account: AccountConfig): LimitFill {
  const text = textOption(options, 'limitFill') ?? account.limit_fill ?? DEFAULT_COSTS.limitFill
  if (text === 'through' || text === 'touch') return text
  throw new AppError(
    'INVALID_SETTING',
    `--limit-fill is "${text}", but it must be through or touch`,
    {
      hint: 'through waits until the market trades beyond the price; touch is the optimistic reading',
    },
  )
}

const BPS = { min: 0, max: 9_999, hint: 'basis points: 10 is 0.1 %' }

function amount(
  options: RunOptions,
  name: keyof RunOptions,
  configured: number | undefined,
  fallback: number,
  limits: { min: number; max?: number; open?: boolean; hint?: string },
): number {
  const bounded = { max: 1e15, ...limits }
  const given = numberOption(options, name, bounded)
  if (given !== undefined) return given
  return configured === undefined ? fallback : checkNumber(configKey(name), configured, bounded)
}

/** The configuration file of a run, or an empty one. @throws AppError INVALID_CONFIG */
export async function configOf(options: Pick<RunOptions, 'config'>): Promise<Config> {
  const path = textOption(options, 'config')
  if (path === undefined) return EMPTY_CONFIG
  const { readConfig } = await import('../../workspace/config.js')
  return readConfig(path)
}

function required(options: RunOptions, name: keyof RunOptions, example: string): string {
  const value = textOption(options, name)
  if (value !== undefined) return value
  throw new AppError('USAGE', `${optionLabel(name)} is missing`, {
    hint: `for example ${optionLabel(name)} ${example}; assay data list shows what is stored`,
  })
}

function readSymbol(options: RunOptions, config: Config): string {
  const flag = textOption(options, 'symbol')
  if (flag !== undefined) return writtenSymbol(flag)
  const coins = Object.keys(config.coins)
  if (coins.length === 1) return coins[0]!
  return writtenSymbol(required(options, 'symbol', coins[0] ?? 'SOL-USDC'))
}

/** The section of a market; undefined where no file is named. @throws AppError INVALID_CONFIG */
export function coinSection(
  config: Config,
  symbol: string,
  options: Pick<RunOptions, 'config'>,
): CoinConfig | undefined {
  const section = config.coins[symbol] ?? config.coins[splitSymbol(symbol).symbol]
  if (section || config === EMPTY_CONFIG) return section
  throw new AppError(
    'INVALID_CONFIG',
    `file "${textOption(options, 'config')}" has no section "${symbol}"`,
    {
      hint: `it has ${Object.keys(config.coins).join(', ') || 'none'}`,
    },
  )
}

function readMarket(symbol: string, coin: CoinConfig | undefined, options: RunOptions): Market {
  const usual = defaultMarket(symbol)
  return {
    symbol,
    step: coin?.market?.step ?? usual.step,
    tick: coin?.market?.tick ?? usual.tick,
    minNotional: coin?.market?.min_notional ?? usual.minNotional,
    shortable: isOn(options, 'shortable') || (coin?.market?.shortable ?? usual.shortable),
  }
}

function readFill(options: RunOptions): RunRequest['fill'] {
  const fill = textOption(options, 'fill') ?? 'next_open'
  if (fill === 'next_open' || fill === 'close') return fill
  throw new AppError('INVALID_SETTING', `--fill is "${fill}", but it must be next_open or close`, {
    hint: 'next_open is what can be traded; close reproduces published results',
  })
}

async function readStrategies(
  reference: string | undefined,
  options: RunOptions,
  config: Config,
  coin: CoinConfig | undefined,
  folder: string,
): Promise<RequestedStrategy[]> {
  const references = namedStrategies(reference, coin)
  const file = textOption(options, 'templatesFile')
  const layers: TemplateLayers = {
    options,
    coin,
    templates: [config.templates, await templatesOf(file)],
    isAlone: references.length === 1,
  }
  for (const templates of layers.templates) checkTemplateNames(templates, references)
  const risk = coin?.risk_settings ?? {}
  const requested: RequestedStrategy[] = []
  for (const name of references) {
    const source = await loadStrategy(name, folder)
    const named = [name, source.strategy.name].find(one => risk.strategies?.[one] !== undefined)
    requested.push({
      ...requestStrategy(name, source, layers),
      risk: readRiskSettings(risk, options, named),
      weight: 1 / references.length,
    })
  }
  const known = requested.flatMap(({ strategy }, k) => [references[k]!, strategy.name])
  if (reference === undefined) refuseStrayExits(risk, known, options)
  return requested
}

/** The strategies of a coin's section alone. @throws AppError as `readRunRequest` */
export function strategiesOfCoin(
  coin: CoinConfig,
  folder: string,
  options: RunOptions = {},
  config: Config = EMPTY_CONFIG,
): Promise<RequestedStrategy[]> {
  return readStrategies(undefined, options, config, coin, folder)
}

function namedStrategies(
  reference: string | undefined,
  coin: CoinConfig | undefined,
): readonly string[] {
  if (reference !== undefined) return [reference]
  if (coin === undefined) {
    throw new AppError('USAGE', 'no strategy is named', {
      hint: 'assay strategies list shows them: assay backtest ma_crossover --symbol ...',
    })
  }
  const active = coin.active_strategy
  const names = typeof active === 'string' ? [active] : active
  const twice = names.find((name, k) => names.indexOf(name) !== k)
  if (twice === undefined) return names
  throw new AppError('INVALID_CONFIG', `active_strategy names "${twice}" twice`, {
    hint: 'name each strategy once',
  })
}
