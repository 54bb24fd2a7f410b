import type { RequestedStrategy, RunRequest } from '../backtest/run/run-request.js'
import { checkDetail } from '../backtest/run/run.js'
import { DEFAULT_COSTS, impactPreset, type Costs, type LimitFill } from '../core/account/costs.js'
import { AppError } from '../core/errors.js'
import { defaultMarket, type Market } from '../core/account/market.js'
import { nearestName } from '../core/names.js'
import { timeframeMs } from '../core/candles/time.js'
import type { AccountConfig, CoinConfig, Config, TemplatesConfig } from '../app/workspace/config.js'
import { checkNumber, isSet, numberFlag, textFlag, timeFlag, type Flags } from './flags.js'
import { readRiskLimits, readRiskSettings } from './risk-input.js'
import { requestStrategy, type TemplateLayers } from './strategy-input.js'
import { isStrategyFile, loadStrategy } from '../app/strategy/strategy-loader.js'
import { STRATEGIES } from '../../strategies/index.js'

/** The reader of configuration files is loaded where one is named: it takes a while. */
const EMPTY_CONFIG: Config = Object.freeze({ coins: {}, account: {}, templates: {} })

const DEFAULT_CAPITAL = 10_000

/**
 * A run as the command line asks for it: flags over the configuration file over defaults.
 * @param reference the strategy named on the command line, if any
 * @param folder where compiled strategy files are kept
 */
export async function readRunRequest(
  reference: string | undefined,
  flags: Flags,
  folder: string,
): Promise<RunRequest> {
  const config = await readConfigFlag(flags)
  const symbol = readSymbol(flags, config)
  const coin = coinSection(config, symbol, flags)
  const timeframe = required(flags, 'timeframe', '1h')
  timeframeMs(timeframe)
  const impact = textFlag(flags, 'impact') ?? config.account.impact ?? 'none'
  const from = timeFlag(flags, 'from') ?? null
  const to = timeFlag(flags, 'to') ?? null
  if (from !== null && to !== null && from >= to) {
    throw new AppError(
      'INVALID_TIME',
      `--from "${textFlag(flags, 'from')}" is not before --to "${textFlag(flags, 'to')}"`,
      {
        hint: '--from is inclusive, --to exclusive',
      },
    )
  }
  const detail = textFlag(flags, 'detail')
  return {
    symbol,
    timeframe,
    strategies: await readStrategies(reference, flags, config, coin, folder),
    market: readMarket(symbol, coin, flags),
    capital: amount(flags, 'capital', config.account.capital, DEFAULT_CAPITAL, {
      min: 0,
      open: true,
    }),
    costs: readCosts(flags, config.account, impact),
    impact,
    fill: readFill(flags),
    limits: readRiskLimits(config.account, flags),
    keepOpen: isSet(flags, 'keep-open'),
    from,
    to,
    warmFrom: null,
    decideFrom: timeFlag(flags, 'decide-from') ?? null,
    detail: detail === undefined ? null : checkDetail(timeframe, detail),
  }
}

function readCosts(flags: Flags, account: AccountConfig, impact: string): Costs {
  const bps = (name: string, configured: number | undefined, fallback: number): number =>
    amount(flags, name, configured, fallback, BPS) / 10_000
  const fee = bps('fee-bps', account.fee_bps, DEFAULT_COSTS.fee * 10_000)
  const makerFee = bps('maker-fee-bps', account.maker_fee_bps, NaN)
  const share = amount(flags, 'max-volume-share', account.max_volume_share, 0, {
    min: 0,
    max: 1,
    hint: 'a share of the volume of a candle: 0.05 is 5 %, 0 is no limit',
  })
  return {
    fee,
    makerFee: Number.isNaN(makerFee) ? fee : makerFee,
    slippage: bps('slippage-bps', account.slippage_bps, DEFAULT_COSTS.slippage * 10_000),
    txCost: amount(flags, 'tx-cost', account.tx_cost, DEFAULT_COSTS.txCost, { min: 0 }),
    impact: impactPreset(impact),
    limitFill: readLimitFill(flags, account),
    maxVolumeShare: share === 0 ? null : share,
  }
}

function readLimitFill(flags: Flags, account: AccountConfig): LimitFill {
  const text = textFlag(flags, 'limit-fill') ?? account.limit_fill ?? DEFAULT_COSTS.limitFill
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
  flags: Flags,
  name: string,
  configured: number | undefined,
  fallback: number,
  limits: { min: number; max?: number; open?: boolean; hint?: string },
): number {
  const bounded = { max: 1e15, ...limits }
  const flag = numberFlag(flags, name, bounded)
  if (flag !== undefined) return flag
  return configured === undefined
    ? fallback
    : checkNumber(name.replaceAll('-', '_'), configured, bounded)
}

async function readConfigFlag(flags: Flags): Promise<Config> {
  const path = textFlag(flags, 'config')
  if (path === undefined) return EMPTY_CONFIG
  const { readConfig } = await import('../app/workspace/config.js')
  return readConfig(path)
}

function required(flags: Flags, name: string, example: string): string {
  const value = textFlag(flags, name)
  if (value !== undefined) return value
  throw new AppError('USAGE', `--${name} is missing`, {
    hint: `for example --${name} ${example}; assay data list shows what is stored`,
  })
}

function readSymbol(flags: Flags, config: Config): string {
  const flag = textFlag(flags, 'symbol')?.toUpperCase()
  if (flag !== undefined) return flag
  const coins = Object.keys(config.coins)
  if (coins.length === 1) return coins[0]!
  return required(flags, 'symbol', coins[0] ?? 'SOL-USDC').toUpperCase()
}

function coinSection(config: Config, symbol: string, flags: Flags): CoinConfig | undefined {
  const section = config.coins[symbol]
  if (section || config === EMPTY_CONFIG) return section
  throw new AppError(
    'INVALID_CONFIG',
    `file "${textFlag(flags, 'config')}" has no section "${symbol}"`,
    {
      hint: `it has ${Object.keys(config.coins).join(', ') || 'none'}`,
    },
  )
}

function readMarket(symbol: string, coin: CoinConfig | undefined, flags: Flags): Market {
  const usual = defaultMarket(symbol)
  return {
    symbol,
    step: coin?.market?.step ?? usual.step,
    tick: coin?.market?.tick ?? usual.tick,
    minNotional: coin?.market?.min_notional ?? usual.minNotional,
    shortable: isSet(flags, 'shortable') || (coin?.market?.shortable ?? usual.shortable),
  }
}

function readFill(flags: Flags): RunRequest['fill'] {
  const fill = textFlag(flags, 'fill') ?? 'next_open'
  if (fill === 'next_open' || fill === 'close') return fill
  throw new AppError('INVALID_SETTING', `--fill is "${fill}", but it must be next_open or close`, {
    hint: 'next_open is what can be traded; close reproduces published results',
  })
}

async function readStrategies(
  reference: string | undefined,
  flags: Flags,
  config: Config,
  coin: CoinConfig | undefined,
  folder: string,
): Promise<RequestedStrategy[]> {
  const references = namedStrategies(reference, coin)
  const file = textFlag(flags, 'templates-file')
  const layers: TemplateLayers = {
    flags,
    coin,
    templates: [config.templates, await readTemplatesFlag(file)],
    isAlone: references.length === 1,
  }
  for (const templates of layers.templates) checkTemplateNames(templates, references)
  const risk = readRiskSettings(coin?.risk_settings ?? {}, flags)
  const requested: RequestedStrategy[] = []
  for (const name of references) {
    const source = await loadStrategy(name, folder)
    requested.push({
      ...requestStrategy(name, source, layers),
      risk,
      weight: 1 / references.length,
    })
  }
  return requested
}

async function readTemplatesFlag(path: string | undefined): Promise<TemplatesConfig> {
  if (path === undefined) return {}
  const { readTemplates } = await import('../app/workspace/config.js')
  return readTemplates(path)
}

/** Templates are for a strategy of this run or for one that ships; any other name is a slip. */
function checkTemplateNames(templates: TemplatesConfig, references: readonly string[]): void {
  const known = [...STRATEGIES.map(({ name }) => name), ...references]
  const hasOwnFile = references.some(isStrategyFile)
  const unknown = Object.keys(templates).find(name => !known.includes(name))
  if (unknown === undefined || hasOwnFile) return
  const near = nearestName(unknown, known)
  throw new AppError(
    'UNKNOWN_STRATEGY',
    `templates name the strategy "${unknown}", which is not known`,
    {
      hint: near ? `did you mean ${near}?` : `known are ${known.join(', ')}`,
    },
  )
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
