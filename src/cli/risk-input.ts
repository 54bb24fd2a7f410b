import { AppError } from '../core/errors.js'
import { NO_RISK_LIMITS, type RiskLimits } from '../core/risk/limits.js'
import { roiOf, type PositionSize, type RiskSettings, type RoiStep } from '../core/risk/settings.js'
import { MINUTE_MS } from '../core/candles/time.js'
import type { AccountConfig, RiskConfig } from '../app/workspace/config.js'
import { checkNumber, textFlag, type Flags } from './flags.js'

const STOP_HINT = 'write a fraction of the price: 0.02 is 2 %, 0 is none'

/** A value with the name under which the user gave it. */
interface Given {
  readonly name: string
  readonly value: unknown
}

/** Risk settings from the configuration file, overlaid by the flags. @throws AppError INVALID_SETTING */
export function readRiskSettings(config: RiskConfig, flags: Flags): RiskSettings {
  const given = (flag: string, configured: unknown): Given => {
    const value = textFlag(flags, flag)
    if (value !== undefined) return { name: `--${flag}`, value }
    return { name: inFile(flags, `risk_settings.${configKey(flag)}`), value: configured ?? 0 }
  }
  return {
    stopLoss: checkFraction(given('stop-loss', config.stop_loss), 1),
    takeProfit: checkFraction(given('take-profit', config.take_profit), 1000),
    trailingStop: checkFraction(given('trailing-stop', trailingDistance(config)), 1),
    trailingFrom: checkFraction(given('trailing-from', config.trailing_from), 1000),
    breakEven: checkFraction(given('break-even', config.break_even), 1000),
    roi: checkRoi(given('roi', config.roi ?? 'none')),
    timeStop: checkCount(given('time-stop', config.time_stop)),
    cooldown: checkCount(given('cooldown', config.cooldown)),
    positionSize: parsePositionSize(given('position-size', config.position_size ?? null)),
  }
}

function trailingDistance(config: RiskConfig): number {
  const trailing = config.trailing_stop ?? 0
  if (typeof trailing === 'number') return trailing
  return trailing.active ? trailing.distance : 0
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

const LIMIT_FLAGS: Readonly<
  Record<string, { key: keyof RiskLimits; max: number; whole?: boolean }>
> = {
  'max-drawdown': { key: 'maxDrawdown', max: 1 },
  'max-daily-loss': { key: 'maxDailyLoss', max: 1 },
  'max-exposure': { key: 'maxExposure', max: 100 },
  'max-open-positions': { key: 'maxOpenPositions', max: 1e6, whole: true },
  'max-trades-per-day': { key: 'maxTradesPerDay', max: 1e6, whole: true },
  'max-data-age-minutes': { key: 'maxDataAgeMs', max: 1e9 },
}

/** Portfolio limits from the configuration file, overlaid by the flags. */
export function readRiskLimits(config: AccountConfig, flags: Flags): RiskLimits {
  const section: Readonly<Record<string, unknown>> = config.risk_limits ?? {}
  const limits: { -readonly [K in keyof RiskLimits]: RiskLimits[K] } = { ...NO_RISK_LIMITS }
  for (const [flag, { key, max, whole = false }] of Object.entries(LIMIT_FLAGS)) {
    const own = textFlag(flags, flag)
    const value = own ?? section[configKey(flag)]
    if (value === undefined) continue
    const name = own === undefined ? inFile(flags, `risk_limits.${configKey(flag)}`) : `--${flag}`
    const number = checkNumber(name, value, { min: whole ? 1 : 0, max, open: !whole, whole })
    limits[key] = key === 'maxDataAgeMs' ? number * MINUTE_MS : number
  }
  return limits
}

function configKey(flag: string): string {
  return flag.replaceAll('-', '_')
}

/** A key of the configuration file, with the file. */
function inFile(flags: Flags, key: string): string {
  const file = textFlag(flags, 'config')
  return file === undefined ? key : `${file}: ${key}`
}
