import { z } from 'zod'
import type { PortfolioManifest } from '../../backtest/portfolio/portfolio-manifest.js'
import type { Manifest } from '../../backtest/run/record/manifest.js'
import type { SweepPlan } from '../../backtest/sweep/plan/sweep-plan.js'
import { IMPACT_PRESETS, impactFrom } from '../../core/account/costs.js'
import { parseIso, timeframeMs } from '../../core/candles/time.js'
import { ALLOCATION_METHODS, REBALANCES } from '../../core/engine/allocation/allocation.js'
import { roiOf } from '../../core/risk/settings.js'
import { SEARCH_METHODS } from '../../core/search/methods.js'

/**
 * Manifests as they are stored. What older ones did not say yet has the value that it had then; keys
 * that are not known stay, because they are printed. Missing numbers are never guessed.
 */

const text = z.string()
const count = z.int().min(0)
const notNegative = z.number().min(0)
const above0 = z.number().gt(0)
const time = readable(parseIso, 'a UTC time')
const timeframe = readable(timeframeMs, 'a timeframe')
const values = z.record(text, z.union([z.number(), text, z.boolean()]))
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256')

const strategy = z.looseObject({
  name: text.min(1).max(64),
  file: text.nullable(),
  source_hash: hash,
  template: text.nullable(),
  params: values,
  risk_settings: z.looseObject({
    position_size: z.union([above0, text.regex(/^\d+(\.\d+)?%$/)]).nullable(),
    stop_loss: notNegative,
    take_profit: notNegative,
    trailing_stop: notNegative,
    trailing_from: notNegative.default(0),
    break_even: notNegative.default(0),
    roi: readable(checkRoi, 'closes and distances, such as 0:0.1,12:0.05').nullable().default(null),
    time_stop: count,
    cooldown: count,
  }),
  weight: notNegative,
  priority: z.number().default(0),
})

const costs = z
  .looseObject({
    fee_bps: z.number(),
    maker_fee_bps: z.number().optional(),
    slippage_bps: notNegative,
    tx_cost: notNegative,
    impact: text.min(1),
    impact_curve: readable(impactFrom, 'a curve, such as a=1.03,b=0.0029,g=0.87').exactOptional(),
    limit_fill: z.enum(['through', 'touch']).default('through'),
    max_volume_share: above0.nullable().default(null),
  })
  .refine(
    ({ impact, impact_curve: curve }) =>
      curve !== undefined || Object.hasOwn(IMPACT_PRESETS, impact),
    { path: ['impact'], message: 'expected an impact preset' },
  )

/** What runs of one symbol and of several have in common. */
const shared = {
  schema_version: z.literal(1),
  engine_version: text,
  execution_model: z.int().min(1).default(1),
  node_version: text,
  timeframe,
  signals: z
    .looseObject({ file: text, hash, time_label: z.enum(['open', 'close']) })
    .nullable()
    .default(null),
  capital: above0,
  costs: costs.transform(given => ({
    ...given,
    maker_fee_bps: given.maker_fee_bps ?? given.fee_bps,
  })),
  fill: z.enum(['next_open', 'close']),
  path: z.enum(['pessimistic', 'optimistic']),
  keep_open: z.boolean(),
  risk_limits: z.record(text, z.number().nullable()),
  seed: z.number(),
}

const ofSymbol = {
  symbol: text.min(1),
  data: z.looseObject({
    hash,
    candles: count,
    first: time,
    last: time,
    source: text.exactOptional(),
  }),
  from: time,
  to: time,
  candles: count,
  decide_from: time.nullable(),
  detail: z.looseObject({ timeframe, hash }).nullable(),
  references: z
    .array(
      z.looseObject({
        symbol: text,
        timeframe,
        hash,
        candles: count,
        first: time,
        source: text.exactOptional(),
      }),
    )
    .exactOptional(),
  strategies: z.array(strategy).min(1),
  market: z.looseObject({
    step: above0,
    tick: notNegative.default(0),
    min_notional: notNegative,
    shortable: z.boolean(),
  }),
}

/** The manifest of a run of one symbol. */
export const manifestSchema: z.ZodType<Manifest> = z.looseObject({ ...shared, ...ofSymbol })

/** The manifest of a portfolio. */
export const portfolioSchema: z.ZodType<PortfolioManifest> = z.looseObject({
  ...shared,
  kind: z.literal('portfolio'),
  symbol: text,
  data: z.looseObject({ hash }),
  from: time,
  to: time,
  times: count,
  symbols: z.array(z.looseObject(ofSymbol)).min(1),
  allocation: z.looseObject({
    method: z.enum(ALLOCATION_METHODS),
    rebalance: z.enum(REBALANCES),
    target_volatility: above0,
    window_days: z.int().min(1),
    kelly_fraction: above0,
    kelly_cap: above0,
  }),
})

/** The manifest of a sweep. */
export const planSchema: z.ZodType<SweepPlan> = z.looseObject({
  schema_version: z.literal(1),
  fields: z
    .array(
      z.looseObject({
        base: manifestSchema,
        starts: z.record(text, values),
        grid: z.array(text).nullable(),
      }),
    )
    .min(1),
  method: z.enum(SEARCH_METHODS),
  trials: count.nullable(),
  seed: z.number(),
  patience: count.nullable(),
  where: z.array(text),
  objectives: z.array(text),
  objective_source: text.nullable().default(null),
  min_trades: count,
  align: z.enum(['common', 'own']),
})

/** What of a sweep's fields is shown beside its trials: as little as is needed, so that old sweeps can be shown. */
export const shownFieldsSchema = z.looseObject({
  fields: z
    .array(
      z.looseObject({
        base: z.looseObject({
          symbol: text,
          timeframe: text,
          data: z.looseObject({ hash: text }),
          decide_from: text.nullable(),
          strategies: z.array(z.looseObject({ name: text })).min(1),
        }),
      }),
    )
    .default([]),
})

/** A text that a reader of ours takes. */
function readable(read: (text: string) => unknown, what: string): z.ZodType<string> {
  return z.string().refine(given => {
    try {
      read(given)
      return true
    } catch {
      return false
    }
  }, `expected ${what}`)
}

function checkRoi(given: string): void {
  const isWhole = roiOf(given).every(([closes, fraction]) => closes >= 0 && fraction >= 0)
  if (!isWhole) throw new Error(given)
}
