import { writtenSymbol } from '../../core/candles/symbols.js'
import {
  requestPortfolio,
  type PortfolioRequest,
} from '../../backtest/portfolio/portfolio-request.js'
import type { RequestedStrategy, RunRequest } from '../../backtest/run/record/run-request.js'
import { AppError } from '../../core/errors.js'
import { nearestName } from '../../core/names.js'
import {
  ALLOCATION_METHODS,
  DEFAULT_ALLOCATION,
  REBALANCES,
  type Allocation,
  type AllocationMethod,
} from '../../core/engine/allocation/allocation.js'
import type { AllocationConfig, Config } from '../workspace/config.js'
import { checkNumber, oneOf, type Optional, textOption, type Amount } from '../options/options.js'
import { readRunRequest } from '../backtest/input/run-input.js'
import type { RunOptions } from '../backtest/input/run-options.js'

/** A portfolio: what a configuration file says, and what of it is asked for otherwise. */
export type PortfolioOptions = Omit<RunOptions, 'strategy' | 'symbol' | 'template' | 'params'> &
  Optional<{
    /** How weights are made: `equal`, `kelly` ... */
    allocation: string
    /** When weights are made anew: `1d`, `1w`, `never`. */
    rebalance: string
    /** Path of a page to write, or `none`. */
    report: string
    /** Seconds that the run may take. */
    timeLimit: Amount
  }>

/**
 * A portfolio as the command line asks for it: every section of the configuration file, options over
 * the file over defaults.
 * @param folder where compiled strategy files are kept
 */
export async function readPortfolioRequest(
  options: PortfolioOptions,
  folder: string,
): Promise<PortfolioRequest> {
  const config = await configOf(options)
  checkTimeframe(options)
  const allocation = readAllocation(config.account.allocation ?? {}, options)
  const runs: RunRequest[] = []
  for (const symbol of Object.keys(config.coins).sort()) {
    runs.push(await readRunRequest(undefined, { ...options, symbol }, folder))
  }
  if (allocation.method !== 'fixed') return requestPortfolio(runs, allocation)
  const weights = config.account.allocation?.weights
  return requestPortfolio(
    withFixedWeights(runs, weights, textOption(options, 'config')!),
    allocation,
  )
}

async function configOf(options: PortfolioOptions): Promise<Config> {
  const path = textOption(options, 'config')
  if (path === undefined) {
    throw new AppError('USAGE', '--config is missing', {
      hint: 'a portfolio is what a configuration file says: assay portfolio --config config.json --timeframe 1h (docs/portfolio.md)',
    })
  }
  const { readConfig } = await import('../workspace/config.js')
  const config = await readConfig(path)
  if (Object.keys(config.coins).length > 0) return config
  throw new AppError('INVALID_CONFIG', `file "${path}" has no section for a symbol`, {
    hint: 'docs/portfolio.md shows a whole file',
  })
}

/** One account has one clock. */
function checkTimeframe(options: PortfolioOptions): void {
  const text = textOption(options, 'timeframe') ?? ''
  if (!text.includes(',')) return
  throw new AppError(
    'INVALID_TIMEFRAME',
    `--timeframe "${text}" names several; all of a portfolio has one clock`,
    { hint: 'make one portfolio for each timeframe' },
  )
}

/** The rule of allocation: options over the file over defaults. @throws AppError INVALID_SETTING */
export function readAllocation(config: AllocationConfig, options: PortfolioOptions): Allocation {
  const usual = DEFAULT_ALLOCATION
  const methodOption = textOption(options, 'allocation')
  const rebalance = textOption(options, 'rebalance')
  const number = (
    name: 'target_volatility' | 'window_days' | 'kelly_fraction' | 'kelly_cap',
    fallback: number,
    limits: { min: number; max: number; whole?: boolean; hint: string },
  ): number => checkAbove(`allocation.${name}`, config[name] ?? fallback, limits)
  return {
    method: readMethod(
      methodOption === undefined ? 'allocation.method' : '--allocation',
      methodOption ?? config.method ?? usual.method,
    ),
    rebalance: oneOf(
      rebalance === undefined ? 'allocation.rebalance' : '--rebalance',
      rebalance ?? config.rebalance ?? usual.rebalance,
      REBALANCES,
      'INVALID_SETTING',
    ),
    targetVolatility: number('target_volatility', usual.targetVolatility, {
      min: 0,
      max: 10,
      hint: 'a fraction a year: 0.2 is 20 %',
    }),
    windowDays: number('window_days', usual.windowDays, {
      min: 1,
      max: 3650,
      whole: true,
      hint: 'days of daily closes, at least 2',
    }),
    kellyFraction: number('kelly_fraction', usual.kellyFraction, {
      min: 0,
      max: 1,
      hint: 'the share of Kelly’s bet that is taken: 0.5 is half Kelly',
    }),
    kellyCap: number('kelly_cap', usual.kellyCap, {
      min: 0,
      max: 1,
      hint: 'the most that one leg gets of the account: 0.25 is a quarter',
    }),
  }
}

/** A number above `min`, up to `max`. */
function checkAbove(
  name: string,
  value: number,
  { min, max, whole = false, hint }: { min: number; max: number; whole?: boolean; hint: string },
): number {
  const number = checkNumber(name, value, { min, max, whole, hint })
  if (number > min) return number
  throw new AppError('INVALID_SETTING', `${name} is "${value}", but it must be above ${min}`, {
    hint,
  })
}

/** The method of this name. @throws AppError INVALID_SETTING */
export function readMethod(name: string, value: string): AllocationMethod {
  return oneOf(name, value, ALLOCATION_METHODS, 'INVALID_SETTING')
}

/** The weights of the file at the strategies that they are for. @throws AppError INVALID_CONFIG */
export function withFixedWeights(
  runs: readonly RunRequest[],
  weights: AllocationConfig['weights'],
  path: string,
): RunRequest[] {
  const where = `${path}: account.allocation.weights`
  if (weights === undefined) {
    throw new AppError('INVALID_CONFIG', `${where} is missing, and the allocation is fixed`, {
      hint: `write a share for each symbol: "weights": {"${runs[0]!.symbol}": 0.5}`,
    })
  }
  const bySymbol = upperKeys(weights, where)
  checkNames(
    Object.keys(bySymbol),
    runs.map(({ symbol }) => symbol),
    where,
  )
  const weighed = runs.map(run => ({
    ...run,
    strategies: weighStrategies(run, bySymbol[run.symbol], where),
  }))
  const total = weighed
    .flatMap(({ strategies }) => strategies)
    .reduce((sum, { weight }) => sum + weight, 0)
  if (total <= 1 + 1e-9) return weighed
  throw new AppError(
    'INVALID_SETTING',
    `${where} are ${Number(total.toPrecision(6))} in sum, but an account has 1`,
    { hint: 'shares of equity: 0.5 is half; what is left over stays in cash' },
  )
}

type Share = NonNullable<AllocationConfig['weights']>[string]

function upperKeys(
  weights: Readonly<Record<string, Share>>,
  where: string,
): Readonly<Record<string, Share>> {
  const upper: Record<string, Share> = {}
  for (const [symbol, share] of Object.entries(weights)) {
    const key = writtenSymbol(symbol)
    if (Object.hasOwn(upper, key)) {
      throw new AppError('INVALID_CONFIG', `${where} names ${key} twice`, {
        hint: 'keep one of them',
      })
    }
    upper[key] = share
  }
  return upper
}

/** A number is divided equally among the strategies of its symbol. */
function weighStrategies(
  { symbol, strategies }: RunRequest,
  share: Share | undefined,
  where: string,
): RequestedStrategy[] {
  if (share === undefined) throw missingWeight(where, symbol)
  if (typeof share === 'number') {
    return strategies.map(one => ({ ...one, weight: share / strategies.length }))
  }
  checkNames(
    Object.keys(share),
    strategies.map(({ strategy }) => strategy.name),
    `${where}.${symbol}`,
  )
  return strategies.map(one => {
    const weight = share[one.strategy.name]
    if (weight === undefined) throw missingWeight(`${where}.${symbol}`, one.strategy.name)
    return { ...one, weight }
  })
}

function missingWeight(where: string, name: string): AppError {
  return new AppError('INVALID_CONFIG', `${where} has no weight for ${name}`, {
    hint: 'give every leg a weight; 0 keeps it out',
  })
}

function checkNames(given: readonly string[], known: readonly string[], where: string): void {
  const unknown = given.find(name => !known.includes(name))
  if (unknown === undefined) return
  const near = nearestName(unknown, known)
  throw new AppError(
    'INVALID_CONFIG',
    `${where} names "${unknown}", which is not in the portfolio`,
    {
      hint: near ? `did you mean ${near}?` : `it has ${known.join(', ')}`,
    },
  )
}
