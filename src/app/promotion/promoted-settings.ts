import {
  describeStrategies,
  type Manifest,
  type ManifestStrategy,
} from '../../backtest/run/record/manifest.js'
import { byCodeUnit, canonicalJson, snakeKeys } from '../../core/canonical.js'
import { MINUTE_MS } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import { nearestName } from '../../core/names.js'
import { readRiskLimits } from '../backtest/input/risk-input.js'
import { coinSection, configOf, strategiesOfCoin } from '../backtest/input/run-input.js'
import { SETTING_OPTIONS, type RunOptions } from '../backtest/input/run-options.js'
import type { AccountConfig, CoinConfig, Config } from '../workspace/config.js'

export type SettingOptions = Pick<RunOptions, (typeof SETTING_OPTIONS)[number]>

/**
 * The manifest that is to trade: that of a run, the configuration file over it, options over both. A
 * template begins anew from the defaults of its strategy.
 * @param symbol the market that it is to trade
 * @throws AppError INVALID_CONFIG, INVALID_SETTING, UNKNOWN_PARAMETER, INVALID_PARAMETER,
 * UNKNOWN_TEMPLATE where something does not hold, or is no matter of a promotion
 */
export async function promotedManifest(
  run: Manifest,
  symbol: string,
  options: SettingOptions,
  folder: string,
): Promise<Manifest> {
  const isSaid = SETTING_OPTIONS.some(name => options[name] !== undefined && options[name] !== null)
  if (!isSaid) return run
  const config = await configOf(options)
  const coin = coinSection(config, symbol, options)
  if (coin !== undefined) refuseOthers(run, { symbol, coin, config, file: String(options.config) })
  const said = run.strategies.map(one => parametersOf(coin, one))
  const isAnew = said.map(own => own.template !== undefined || typeof options.template === 'string')
  const merged = mergedCoin(run, coin, { said, isAnew })
  const requested = await naming(options, strategiesOfCoin(merged, folder, options, config))
  const described = describeStrategies({ strategies: requested })
  const limits = readRiskLimits(mergedAccount(run, config.account), options)
  return {
    ...run,
    strategies: run.strategies.map((before, k) => {
      const { template, params, priority, risk_settings: risk } = described[k]!
      const own = isAnew[k]! ? template : before.template
      return { ...before, template: own, params, priority, risk_settings: risk }
    }),
    risk_limits: snakeKeys(limits) as Manifest['risk_limits'],
  }
}

/** What differs between two manifests of the same run: `stop_loss none -> 0.02`. */
export function settingChanges(run: Manifest, promoted: Manifest): readonly string[] {
  const [before, after] = [settingsOf(run), settingsOf(promoted)]
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort(byCodeUnit)
    .filter(name => canonicalJson(before.get(name)) !== canonicalJson(after.get(name)))
    .map(name => `${name} ${shown(before.get(name))} -> ${shown(after.get(name))}`)
}

function settingsOf({ strategies, risk_limits: limits }: Manifest): Map<string, unknown> {
  const isAlone = strategies.length === 1
  const settings = new Map<string, unknown>(Object.entries(limits))
  for (const { name, params, priority, risk_settings: risk } of strategies) {
    const prefix = isAlone ? '' : `${name}.`
    for (const [key, value] of Object.entries({ ...params, ...risk, priority })) {
      settings.set(`${prefix}${key}`, value)
    }
  }
  return settings
}

function shown(value: unknown): string {
  return value === undefined || value === null ? 'none' : String(value)
}

/** A strategy by what loads it. */
function referenceOf({ file, name }: ManifestStrategy): string {
  return file ?? name
}

/** What a file says, with the file: an unknown parameter is told without it elsewhere. */
async function naming<T>({ config, params }: SettingOptions, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const isOfFile = typeof config === 'string' && Object.keys(params ?? {}).length === 0
    if (!(error instanceof AppError) || !isOfFile || error.message.startsWith(config)) throw error
    throw new AppError(error.code, `${config}: ${error.message}`, { hint: error.hint })
  }
}

/** What the file says of each strategy of a run, and whether that begins anew from a template. */
interface Said {
  readonly said: readonly Parameters[]
  readonly isAnew: readonly boolean[]
}

/** The section of a coin that says all: what the run was made with, under what the file says. */
function mergedCoin(
  run: Manifest,
  coin: CoinConfig | undefined,
  { said, isAnew }: Said,
): CoinConfig {
  const parameters = run.strategies.map((one, k) => {
    const { template, priority = one.priority, custom_params: own } = said[k]!
    const before = isAnew[k]! ? {} : one.params
    const merged = { priority, custom_params: { ...before, ...own } }
    return [referenceOf(one), { ...merged, ...(template !== undefined && { template }) }] as const
  })
  const { strategies: own = {}, ...common } = coin?.risk_settings ?? {}
  const risk = run.strategies.map(one => {
    const made = Object.entries(one.risk_settings).filter(([key]) => !Object.hasOwn(common, key))
    const said = own[referenceOf(one)] ?? own[one.name]
    return [referenceOf(one), { ...Object.fromEntries(made), ...said }] as const
  })
  return {
    active_strategy: run.strategies.map(referenceOf),
    parameters: Object.fromEntries(parameters),
    risk_settings: { ...common, strategies: Object.fromEntries(risk) },
  }
}

type Parameters = {
  readonly template?: string | undefined
  readonly priority?: number | undefined
  readonly custom_params?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** What the file says of the parameters of one strategy. */
function parametersOf(coin: CoinConfig | undefined, strategy: ManifestStrategy): Parameters {
  const parameters = coin?.parameters ?? {}
  if (isOfOne(parameters)) return parameters
  return parameters[referenceOf(strategy)] ?? parameters[strategy.name] ?? {}
}

/** Keys of parameters for one strategy; anything else is the name of one. */
const OF_ONE: readonly string[] = ['template', 'priority', 'custom_params']

function isOfOne(parameters: NonNullable<CoinConfig['parameters']>): parameters is Parameters {
  return Object.keys(parameters).every(key => OF_ONE.includes(key))
}

/** The limits of the run under those of the file. */
function mergedAccount(run: Manifest, { risk_limits: said }: AccountConfig): AccountConfig {
  const { max_data_age_ms: age = null, ...limits } = run.risk_limits
  const before = Object.entries({
    ...limits,
    max_data_age_minutes: age === null ? null : age / MINUTE_MS,
  }).filter(([, value]) => value !== null)
  return {
    risk_limits: { ...(Object.fromEntries(before) as AccountConfig['risk_limits']), ...said },
  }
}

interface Named {
  readonly symbol: string
  readonly coin: CoinConfig
  readonly config: Config
  readonly file: string
}

/** Refuses what a promotion cannot change: it would be read, and not done. */
function refuseOthers(run: Manifest, { symbol, coin, config, file }: Named): void {
  refuseStrategies(run, { symbol, coin, config, file })
  const market = Object.entries(coin.market ?? {}).map(
    ([key, value]) => [`${symbol}.market.${key}`, value, (run.market as Flat)[key]] as const,
  )
  const made: Flat = { ...run.costs, capital: run.capital }
  const { risk_limits: _limits, allocation: _allocation, ...account } = config.account
  const costs = Object.entries(account).map(
    ([key, value]) => [`account.${key}`, value, made[key]] as const,
  )
  const other = [...market, ...costs].find(([, said, was]) => said !== was)
  if (other === undefined) return
  const [key, said, was] = other
  throw new AppError(
    'INVALID_CONFIG',
    `${file}: ${key} is ${String(said)}, but the run was made with ${shown(was)}`,
    { hint: 'a promotion changes none of it: run it again with it, or take it out of the file' },
  )
}

type Flat = Readonly<Record<string, unknown>>

function refuseStrategies(run: Manifest, { symbol, coin, file }: Named): void {
  const known = run.strategies.flatMap(one => [referenceOf(one), one.name])
  const active = [coin.active_strategy].flat()
  const parameters = coin.parameters ?? {}
  const named = isOfOne(parameters) ? [] : Object.keys(parameters)
  const exits = Object.keys(coin.risk_settings?.strategies ?? {})
  const stray = [
    ...active.map(name => ['active_strategy', name] as const),
    ...named.map(name => ['parameters', name] as const),
    ...exits.map(name => ['risk_settings.strategies', name] as const),
  ].find(([, name]) => !known.includes(name))
  const of = run.strategies.map(({ name }) => name).join(', ')
  if (stray !== undefined) {
    const [key, name] = stray
    const near = nearestName(name, known)
    throw new AppError(
      'INVALID_CONFIG',
      `${file}: ${symbol}.${key} names "${name}", but the run is of ${of}`,
      { hint: near ? `did you mean "${near}"?` : 'promote a run of that strategy' },
    )
  }
  const isOfSeveral =
    run.strategies.length > 1 && coin.parameters !== undefined && isOfOne(parameters)
  if (active.length === run.strategies.length && !isOfSeveral) return
  throw new AppError(
    'INVALID_CONFIG',
    isOfSeveral
      ? `${file}: ${symbol}.parameters must name the strategies that they are for: ${of}`
      : `${file}: ${symbol}.active_strategy names ${active.join(', ')}, but the run is of ${of}`,
    { hint: 'docs/configuration.md shows a section of several strategies' },
  )
}
