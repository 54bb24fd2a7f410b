import { AppError } from '../../../core/errors.js'
import { nearestName } from '../../../core/names.js'
import { NO_RISK_LIMITS, type RiskLimits } from '../../../core/risk/limits.js'
import {
  roiOf,
  type PositionSize,
  type RiskSettings,
  type RoiStep,
} from '../../../core/risk/settings.js'
import { MINUTE_MS } from '../../../core/candles/time.js'
import type { AccountConfig, ExitsConfig, RiskConfig } from '../../workspace/config.js'
import { checkNumber, optionLabel, textOption } from '../../options/options.js'
import type { RunOptions } from './run-options.js'

const STOP_HINT = 'write a fraction of the price: 0.02 is 2 %, 0 is none'

/** A value with the name under which the user gave it. */
interface Given {
  readonly name: string
  readonly value: unknown
}

/**
 * Risk settings of a strategy from the configuration file, its own over those of all, overlaid by the
 * options.
 * @param strategy how `strategies` of the section names it; none for what holds for all
 * @throws AppError INVALID_SETTING
 */
export function readRiskSettings(
  { strategies = {}, ...common }: RiskConfig,
  options: RunOptions,
  strategy?: string,
): RiskSettings {
  const own = (strategy === undefined ? undefined : strategies[strategy]) ?? {}
  const given = (option: keyof RunOptions, fallback: string | number | null = 0): Given => {
    const value = textOption(options, option)
    if (value !== undefined) return { name: optionLabel(option), value }
    const key = configKey(option) as keyof ExitsConfig
    const isOwn = own[key] !== undefined
    const name = isOwn ? `risk_settings.strategies.${strategy}.${key}` : `risk_settings.${key}`
    const configured = plainValue(isOwn ? own[key] : common[key])
    return { name: inFile(options, name), value: configured ?? fallback }
  }
  return {
    stopLoss: checkFraction(given('stopLoss'), 1),
    takeProfit: checkFraction(given('takeProfit'), 1000),
    trailingStop: checkFraction(given('trailingStop'), 1),
    trailingFrom: checkFraction(given('trailingFrom'), 1000),
    breakEven: checkFraction(given('breakEven'), 1000),
    roi: checkRoi(given('roi', 'none')),
    timeStop: checkCount(given('timeStop')),
    cooldown: checkCount(given('cooldown')),
    positionSize: parsePositionSize(given('positionSize', null)),
  }
}

/** Exits of a strategy that does not trade would protect nothing. @throws AppError INVALID_CONFIG */
export function refuseStrayExits(
  { strategies = {} }: RiskConfig,
  known: readonly string[],
  options: RunOptions,
): void {
  const stray = Object.keys(strategies).find(name => !known.includes(name))
  if (stray === undefined) return
  const near = nearestName(stray, known)
  const where = inFile(options, 'risk_settings.strategies')
  throw new AppError('INVALID_CONFIG', `${where} names "${stray}", which does not trade there`, {
    hint: near ? `did you mean "${near}"?` : `it has ${[...new Set(known)].join(', ')}`,
  })
}

/** A trailing stop may be written with a switch. */
function plainValue(value: ExitsConfig[keyof ExitsConfig]): string | number | null | undefined {
  if (typeof value !== 'object' || value === null) return value
  return value.active ? value.distance : 0
}

function checkFraction({ name, value }: Given, max: number): number {
  const number = checkNumber(name, value, { min: 0, max, hint: STOP_HINT })
  if (number < max) return number
  throw new AppError(
    'INVALID_SETTING',
    `${name} is "${String(value)}", but it must be below ${max}`,
    { hint: STOP_HINT },
  )
}

function checkCount({ name, value }: Given): number {
  const hint = 'write a number of candles; 0 is none'
  return checkNumber(name, value, { min: 0, max: 1e9, whole: true, hint })
}

/** `0:0.10,12:0.05`: closes held and the take-profit distance from then on. */
function checkRoi({ name, value }: Given): readonly RoiStep[] {
  const text = String(value)
  const hint = 'write closes:fraction pairs such as 0:0.10,12:0.05,48:0; none for none'
  if (text !== 'none' && !/^\d{1,9}:\d*\.?\d+(,\d{1,9}:\d*\.?\d+)*$/.test(text)) {
    throw new AppError('INVALID_SETTING', `${name} is "${text}", which is not a list of steps`, {
      hint,
    })
  }
  const steps = roiOf(text)
  const twice = steps.find(([closes], k) => k > 0 && steps[k - 1]![0] === closes)
  if (twice === undefined) return steps
  throw new AppError('INVALID_SETTING', `${name} names ${twice[0]} closes twice`, { hint })
}

/** `100` is quote currency, `"25%"` a share of equity. */
function parsePositionSize({ name, value }: Given): PositionSize | null {
  if (value === null || value === 0) return null
  const share = /^(\d+(?:\.\d+)?)%$/.exec(String(value).trim())
  const hint = 'write an amount of quote currency such as 100, or a share of equity such as 25%'
  if (share) {
    const percent = Number(share[1])
    if (percent > 0 && percent <= 100) return { kind: 'share', share: percent / 100 }
    throw new AppError(
      'INVALID_SETTING',
      `${name} is "${String(value)}", but a share of equity must be above 0% and at most 100%`,
      { hint },
    )
  }
  const amount = checkNumber(name, value, { min: 0, max: 1e15, open: true, hint })
  return { kind: 'quote', amount }
}

/** The limits of a portfolio: what option gives each, and in which range. */
const LIMITS: readonly {
  readonly option: keyof RunOptions
  readonly key: keyof RiskLimits
  readonly max: number
  readonly whole?: boolean
}[] = [
  { option: 'maxDrawdown', key: 'maxDrawdown', max: 1 },
  { option: 'maxDailyLoss', key: 'maxDailyLoss', max: 1 },
  { option: 'maxExposure', key: 'maxExposure', max: 100 },
  { option: 'maxOpenPositions', key: 'maxOpenPositions', max: 1e6, whole: true },
  { option: 'maxTradesPerDay', key: 'maxTradesPerDay', max: 1e6, whole: true },
  { option: 'maxDataAgeMinutes', key: 'maxDataAgeMs', max: 1e9 },
  { option: 'maxLossStreak', key: 'maxLossStreak', max: 1e6, whole: true },
  { option: 'maxOrder', key: 'maxOrder', max: 1e15 },
]

/** Portfolio limits from the configuration file, overlaid by the options. */
export function readRiskLimits(config: AccountConfig, options: RunOptions): RiskLimits {
  const section: Readonly<Record<string, unknown>> = config.risk_limits ?? {}
  const limits: { -readonly [K in keyof RiskLimits]: RiskLimits[K] } = { ...NO_RISK_LIMITS }
  for (const { option, key, max, whole = false } of LIMITS) {
    const own = textOption(options, option)
    const value = own ?? section[configKey(option)]
    if (value === undefined) continue
    const name =
      own === undefined ? inFile(options, `risk_limits.${configKey(option)}`) : optionLabel(option)
    const number = checkNumber(name, value, { min: whole ? 1 : 0, max, open: !whole, whole })
    limits[key] = key === 'maxDataAgeMs' ? number * MINUTE_MS : number
  }
  return limits
}

/** `stopLoss` as a configuration file spells it: `stop_loss`. */
export function configKey(option: string): string {
  return option.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}

/** A key of the configuration file, with the file. */
function inFile(options: RunOptions, key: string): string {
  const file = textOption(options, 'config')
  return file === undefined ? key : `${file}: ${key}`
}
