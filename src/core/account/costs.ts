import { AppError } from '../errors.js'
import { nearestName } from '../names.js'

/**
 * Price impact of a market fill: `bps(Q) = a + b * Q^g`, Q in base units, added to the slippage.
 */
export interface Impact {
  /** Basis points of a fill of no size. */
  readonly a: number
  /** Basis points of a fill of one base unit, beyond `a`. */
  readonly b: number
  /** How it grows with the size: 1 in proportion, 0.5 with the root. */
  readonly g: number
}

/** When a resting limit order fills: where the market trades through its price, or touches it. */
export type LimitFill = 'through' | 'touch'

/** What trading costs. Rates are fractions: 0.001 is 10 bps. */
export interface Costs {
  /** Share of the value of each fill, quote currency. */
  readonly fee: number
  /** The same of a limit order that waited and was met. */
  readonly makerFee: number
  /** Share of the price lost on each market fill. */
  readonly slippage: number
  /** Fixed cost of a transaction (on Solana base and priority fee), quote currency. */
  readonly txCost: number
  /** Growth of slippage with the size; null for none. */
  readonly impact: Impact | null
  /** When a resting limit order fills. */
  readonly limitFill: LimitFill
  /** Share of a candle's volume that the resting orders of a leg fill at most, a side; null for no limit. */
  readonly maxVolumeShare: number | null
}

export const DEFAULT_COSTS: Costs = {
  fee: 0.001,
  makerFee: 0.001,
  slippage: 0.0005,
  txCost: 0,
  impact: null,
  limitFill: 'through',
  maxVolumeShare: null,
}

/**
 * Curves fitted to published quotes of the largest SOL-USDC market maker (average cost against
 * mid of 1.03 bps at 1 SOL, 1.5 to 1.6 at 491 SOL, 4.1 to 4.7 at 4,000 SOL; docs/costs.md).
 * `sol-usdc-calm` takes the steeper slope of the fit for both sides, a little above the quotes; `sol-usdc-stress` multiplies spread
 * and slope by ten, as when such market makers withdraw.
 */
export const IMPACT_PRESETS: Readonly<Record<string, Impact | null>> = {
  none: null,
  'sol-usdc-calm': { a: 1.03, b: 0.0029, g: 0.87 },
  'sol-usdc-stress': { a: 10.3, b: 0.029, g: 0.87 },
}

/**
 * @param others names that are known elsewhere, for messages
 * @throws AppError INVALID_SETTING for an unknown preset
 */
export function impactPreset(name: string, others: readonly string[] = []): Impact | null {
  const preset = IMPACT_PRESETS[name]
  if (preset !== undefined && Object.hasOwn(IMPACT_PRESETS, name)) return preset
  const known = [...Object.keys(IMPACT_PRESETS), ...others]
  const near = nearestName(name, known)
  throw new AppError('INVALID_SETTING', `there is no impact preset "${name}"`, {
    hint: near ? `did you mean ${near}?` : `choose one of ${known.join(', ')}`,
  })
}

/** A curve as text, every digit kept: `a=1.03,b=0.0029,g=0.87`. */
export function impactText({ a, b, g }: Impact): string {
  return `a=${a},b=${b},g=${g}`
}

/** The curve of a text that `impactText` wrote. @throws AppError INVALID_SETTING */
export function impactFrom(text: string): Impact {
  const match = /^a=([^,]+),b=([^,]+),g=([^,]+)$/.exec(text)
  const [a, b, g] = (match ?? []).slice(1).map(Number)
  if (a! >= 0 && b! >= 0 && g! > 0 && Number.isFinite(a! + b! + g!)) return { a: a!, b: b!, g: g! }
  throw new AppError('INVALID_SETTING', `"${text}" is not a curve of impact`, {
    hint: 'it reads a=1.03,b=0.0029,g=0.87',
  })
}

/** Basis points that a market fill of `quantity` base units costs by a curve. */
export function impactBps({ a, b, g }: Impact, quantity: number): number {
  return a + b * Math.pow(quantity, g)
}

/** Share of the price that a market fill of `quantity` base units moves against itself. */
export function impactShare(impact: Impact, quantity: number): number {
  return impactBps(impact, quantity) / 10_000
}
