import { join } from 'node:path'
import { z } from 'zod'
import { IMPACT_PRESETS, impactBps, impactPreset, type Impact } from '../../core/account/costs.js'
import { AppError } from '../../core/errors.js'
import { readSettings, writeSettings } from '../../data/files/settings-file.js'

/** A curve that was fitted to recorded quotes, under a name that `--impact` takes. */
export interface CostPreset {
  readonly symbol: string
  readonly regime: string
  /** `bps(Q) = a + b * Q^g`, Q in units of the base coin. */
  readonly a: number
  readonly b: number
  readonly g: number
  /** The price by which sizes in quote coins became sizes in base coins. */
  readonly mid: number
  readonly rounds: number
  /** Root of the mean square of what quotes are off, and the median of later ones; basis points. */
  readonly rmse: number
  readonly out_of_sample: number | null
  /** The largest size that was quoted, in quote coins. */
  readonly largest: number
  readonly from: string
  readonly to: string
}

const amount = z.number().min(0)
const preset = z.strictObject({
  symbol: z.string(),
  regime: z.string(),
  a: amount,
  b: amount,
  g: z.number().min(0.1).max(3),
  mid: z.number().positive(),
  rounds: z.int(),
  rmse: amount,
  out_of_sample: amount.nullable(),
  largest: amount,
  from: z.string(),
  to: z.string(),
})
const file = z.record(z.string(), preset)

function pathIn(home: string): string {
  return join(home, 'costs.json')
}

const HINT = 'put it right, or move it away and fit again: assay costs fit SYMBOL'

/**
 * The fitted presets of a home, by name.
 * @throws AppError INVALID_CONFIG that names the wrong key
 */
export function readCostPresets(home: string): Readonly<Record<string, CostPreset>> {
  return readSettings(pathIn(home), file, HINT) ?? {}
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,60}$/

/** @throws AppError USAGE for a name that is taken by Assay, or is none */
export function requirePresetName(name: string): void {
  if (Object.hasOwn(IMPACT_PRESETS, name)) {
    throw new AppError('USAGE', `--name ${name} is a preset that Assay brings`, {
      hint: 'choose another name',
    })
  }
  if (NAME.test(name)) return
  throw new AppError('USAGE', `--name "${name}" is not a name for a preset`, {
    hint: 'use small letters, digits and . _ -, for example sol-usdc-2026-11',
  })
}

/** Keeps presets in a home, in place of those of the same names. @throws AppError DISK */
export function saveCostPresets(
  home: string,
  presets: Readonly<Record<string, CostPreset>>,
): string {
  const path = pathIn(home)
  writeSettings(path, { ...readCostPresets(home), ...presets })
  return path
}

/**
 * The curve of a preset: one that Assay brings, or one that was fitted in a home.
 * @throws AppError INVALID_SETTING for an unknown name
 */
export function impactNamed(name: string, home: string): Impact | null {
  if (Object.hasOwn(IMPACT_PRESETS, name)) return impactPreset(name)
  const own = readCostPresets(home)
  const found = Object.hasOwn(own, name) ? own[name] : undefined
  if (found !== undefined) return { a: found.a, b: found.b, g: found.g }
  return impactPreset(name, Object.keys(own))
}

/** A preset with its curve, and how it was fitted; null for one that Assay brings. */
export interface ListedCosts {
  readonly name: string
  readonly curve: Impact | null
  readonly fitted: CostPreset | null
}

/** All presets that `--impact` takes. @throws AppError INVALID_CONFIG */
export function listCosts(home: string): readonly ListedCosts[] {
  const own = Object.entries(readCostPresets(home)).map(([name, fitted]) => {
    const { a, b, g } = fitted
    return { name, curve: { a, b, g }, fitted }
  })
  const brought = Object.entries(IMPACT_PRESETS).map(([name, curve]) => ({
    name,
    curve,
    fitted: null,
  }))
  return [...brought, ...own]
}

const QUANTITIES = [1, 10, 100, 1000, 10_000]

/** A preset, and what fills of several sizes cost by it. @throws AppError INVALID_SETTING */
export function showCosts(
  name: string,
  home: string,
): ListedCosts & {
  readonly fills: readonly { readonly quantity: number; readonly bps: number }[]
} {
  const curve = impactNamed(name, home)
  const fitted = readCostPresets(home)[name] ?? null
  const fills =
    curve === null
      ? []
      : QUANTITIES.map(quantity => ({ quantity, bps: impactBps(curve, quantity) }))
  return { name, curve, fitted, fills }
}
