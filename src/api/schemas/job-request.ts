import { z } from 'zod'

const text = z.string().min(1).max(500)
/** A number, or the text of one as the command line has it. */
const amount = z.union([z.number(), z.string().min(1).max(100)])
const scalar = z.union([z.number(), z.string().max(200), z.boolean()])
/** Names of parameters are data, and any word may be one. */
const params = z.record(z.string().max(100), scalar)
const LIST_MAX = 100

/** A strategy is named, never sent: a file of one is put on the machine by who runs it. */
const strategy = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\w]+([,+][\w]+)*$/, 'must be the name of a strategy that the server has')

/** Settings of every run over candles: the flags of `assay backtest`, in snake_case. */
const runFields = {
  symbol: text.optional(),
  timeframe: text.optional(),
  template: text.optional(),
  params: params.optional(),
  from: text.optional(),
  to: text.optional(),
  decide_from: text.optional(),
  capital: amount.optional(),
  fee_bps: amount.optional(),
  maker_fee_bps: amount.optional(),
  slippage_bps: amount.optional(),
  tx_cost: amount.optional(),
  impact: text.optional(),
  limit_fill: text.optional(),
  max_volume_share: amount.optional(),
  fill: text.optional(),
  stop_loss: amount.optional(),
  take_profit: amount.optional(),
  trailing_stop: amount.optional(),
  trailing_from: amount.optional(),
  break_even: amount.optional(),
  roi: text.optional(),
  time_stop: amount.optional(),
  cooldown: amount.optional(),
  position_size: amount.optional(),
  max_drawdown: amount.optional(),
  max_daily_loss: amount.optional(),
  max_exposure: amount.optional(),
  max_open_positions: amount.optional(),
  max_trades_per_day: amount.optional(),
  max_data_age_minutes: amount.optional(),
  shortable: z.boolean().optional(),
  keep_open: z.boolean().optional(),
  detail: text.optional(),
  time_limit: amount.optional(),
}

/** A backtest. */
export const runRequest = z
  .strictObject({
    strategy,
    ...runFields,
    bounds: z.boolean().optional(),
    events: z.boolean().optional(),
    cards: z.boolean().optional(),
    metrics_as: text.optional(),
  })
  .meta({ id: 'RunRequest' })

const searchFields = {
  ...runFields,
  /** `{ "fast_ma": "5:30:5", "slow_ma": [40, 80] }`. */
  grid: z
    .record(z.string().max(100), z.union([scalar, z.array(scalar).min(1).max(LIST_MAX)]))
    .optional(),
  method: text.optional(),
  trials: amount.optional(),
  seed: amount.optional(),
  patience: amount.optional(),
  where: z.union([text, z.array(text).max(LIST_MAX)]).optional(),
  objective: z.union([text, z.array(text).max(LIST_MAX)]).optional(),
  min_trades: amount.optional(),
  max_trials: amount.optional(),
  workers: amount.optional(),
  memory: text.optional(),
  templates: text.optional(),
}

/** A sweep, or one to go on with. */
export const sweepRequest = z
  .strictObject({
    strategy: strategy.optional(),
    ...searchFields,
    align: text.optional(),
    resume: text.optional(),
  })
  .meta({ id: 'SweepRequest' })

/** A walk-forward. */
export const walkForwardRequest = z
  .strictObject({
    strategy,
    ...searchFields,
    train: text.optional(),
    test: text.optional(),
    anchored: z.boolean().optional(),
    purge: text.optional(),
    embargo: text.optional(),
  })
  .meta({ id: 'WalkForwardRequest' })

/** A validation of a stored run, or of the best set of a sweep. */
export const validationRequest = z
  .strictObject({
    /** A run or a sweep, by its id or the beginning of it. */
    reference: text,
    seed: amount.optional(),
    paths: amount.optional(),
  })
  .meta({ id: 'ValidationRequest' })

/** A run that is to trade. Refused by its gates it is a job that succeeded, with the verdict `refused`. */
export const promotionRequest = z
  .strictObject({
    /** A run, by its id or the beginning of it. */
    run: text,
    to: z.enum(['paper', 'live']),
    /** The market that it is to trade; that of the run where it is left out. */
    symbol: text.optional(),
    /** Why it may trade although gates refuse it; shown for ever. */
    override: text.optional(),
    seed: amount.optional(),
    paths: amount.optional(),
  })
  .meta({ id: 'PromotionRequest' })

/** A body as the options of a use case: `stop_loss` is `stopLoss`; what a parameter is called stays. */
export function optionsOfBody<T extends object>(body: object): T {
  return Object.fromEntries(
    Object.entries(body)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [camelCase(name), value]),
  ) as T
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
