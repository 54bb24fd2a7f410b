import * as z from 'zod'

/** Version of every value but exits; a reader refuses one that it does not know. */
export const STATE_VERSION = 1
/** Version of exits: since the second, strategies of a symbol may have some of their own. */
export const RISK_VERSION = 2

const version = z.literal(STATE_VERSION)
const fraction = z.number().nonnegative()
const time = z.string().describe('ISO 8601, UTC.')
const value = z.union([z.number(), z.string(), z.boolean()])

/** `settings:{symbol}:strategy`: what trades on a market, as a section of a configuration file says it. */
export const strategySettings = z
  .strictObject({
    schema_version: version,
    active_strategy: z
      .array(z.string().min(1))
      .min(1)
      .describe('Strategies that trade on this market, each once.'),
    parameters: z
      .record(
        z.string(),
        z.strictObject({
          template: z.string().nullable().optional(),
          priority: z.number().optional(),
          custom_params: z.record(z.string(), value).optional(),
        }),
      )
      .describe('By strategy: its template, and the parameters that differ from it.'),
    promotion_id: z.string().nullable().describe('What let it trade; null for none.'),
    updated_at: time,
    updated_by: z.string(),
  })
  .meta({ title: 'settings:{symbol}:strategy' })

const exits = {
  position_size: z
    .union([z.number().positive(), z.string().regex(/^\d+(\.\d+)?%$/)])
    .nullable()
    .describe('Quote currency, or a share of equity such as "25%"; null for all.'),
  stop_loss: fraction.describe('Distance below entry, a fraction; 0 for none.'),
  take_profit: fraction,
  trailing_stop: fraction,
  trailing_from: fraction,
  break_even: fraction,
  roi: z.string().nullable().describe('Take-profit by closes held, as "0:0.1,12:0.05".'),
  time_stop: z.number().int().nonnegative(),
  cooldown: z.number().int().nonnegative(),
}

/** `settings:{symbol}:risk`: how positions on a market are sized and protected. */
export const riskSettings = z
  .strictObject({
    schema_version: z.literal(RISK_VERSION),
    ...exits,
    strategies: z
      .record(z.string().min(1), z.strictObject(exits).partial())
      .describe('By strategy: what of the above is its own.'),
    updated_at: time,
    updated_by: z.string(),
  })
  .meta({ title: 'settings:{symbol}:risk' })

/** `position:{symbol}:current`: what sessions hold on a market, a position a strategy. */
export const positionState = z
  .strictObject({
    schema_version: version,
    positions: z.array(
      z.strictObject({
        session_id: z.string(),
        mode: z.enum(['paper', 'live']),
        strategy: z.string(),
        quantity: z.number(),
        entry_price: z.number(),
        price: z.number(),
        unrealised: z.number(),
        stop: z.number().nullable(),
        target: z.number().nullable(),
        opened_at: time,
      }),
    ),
    updated_at: time,
  })
  .meta({ title: 'position:{symbol}:current' })

/** `strategy:{symbol}:state`: how sessions on a market stand. */
export const strategyState = z
  .strictObject({
    schema_version: version,
    sessions: z.array(
      z.strictObject({
        session_id: z.string(),
        mode: z.enum(['paper', 'live']),
        strategies: z.array(z.string()),
        trading: z.enum(['active', 'reducing', 'halted']),
        equity: z.number(),
        open_orders: z.number().int().nonnegative(),
        last_event_seq: z.number().int(),
        candle_closed_at: time.nullable(),
      }),
    ),
    updated_at: time,
  })
  .meta({ title: 'strategy:{symbol}:state' })

/** `market:{symbol}:latest`: the last price of a market that a session has seen. */
export const marketState = z
  .strictObject({
    schema_version: version,
    timeframe: z.string(),
    feed: z.string(),
    price: z.number().positive(),
    candle_closed_at: time,
    updated_at: time,
  })
  .meta({ title: 'market:{symbol}:latest' })

export type StrategySettings = z.infer<typeof strategySettings>
export type RiskSettingsValue = z.infer<typeof riskSettings>
/** What of the exits of a symbol is a strategy's own. */
export type OwnExits = RiskSettingsValue['strategies'][string]
export type MarketState = z.infer<typeof marketState>

/** The values by what they are called in documentation. */
export const STATE_SCHEMAS = {
  'settings-strategy': strategySettings,
  'settings-risk': riskSettings,
  'position-current': positionState,
  'strategy-state': strategyState,
  'market-latest': marketState,
} as const

/** Names of the values of a market. */
export const stateKeys = {
  strategySettings: (symbol: string): string => `settings:${symbol}:strategy`,
  riskSettings: (symbol: string): string => `settings:${symbol}:risk`,
  position: (symbol: string): string => `position:${symbol}:current`,
  strategy: (symbol: string): string => `strategy:${symbol}:state`,
  market: (symbol: string): string => `market:${symbol}:latest`,
} as const

/** A value that was read, or why it cannot be used. */
export type ReadValue<T> =
  { readonly kind: 'value'; readonly value: T } | { readonly kind: 'bad'; readonly reason: string }

/** The schema of a value, which names its newest version. */
type StateSchema = z.ZodObject<{ schema_version: z.ZodLiteral<number> }>

/** Parses the text of a value: whoever wrote it need not be this program, or may be an older one. */
export function readValue<S extends StateSchema>(schema: S, text: string): ReadValue<z.infer<S>> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return { kind: 'bad', reason: `it is no JSON: ${(error as Error).message}` }
  }
  const found = (json as { schema_version?: unknown } | null)?.schema_version
  const { value: newest } = schema.shape.schema_version
  if (typeof found === 'number' && found > newest) {
    return { kind: 'bad', reason: `its schema_version is ${found}; this Assay knows ${newest}` }
  }
  const parsed = schema.safeParse(newestOf(schema, json, found))
  if (parsed.success) return { kind: 'value', value: parsed.data }
  const [issue] = parsed.error.issues
  const at = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `
  return { kind: 'bad', reason: `${at}${issue?.message ?? 'it is not as documented'}` }
}

/** The first version of exits had one set of them for all strategies. */
function newestOf(schema: StateSchema, json: unknown, version: unknown): unknown {
  if (Object.is(schema, riskSettings) && version === 1) {
    return { ...(json as object), schema_version: RISK_VERSION, strategies: {} }
  }
  return json
}
