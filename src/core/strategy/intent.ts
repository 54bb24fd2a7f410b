/**
 * Exits of a position. Fractions of price, counts of closes; 0 is "none". Beside those of the
 * settings the tighter of each pair holds.
 */
export interface Exits {
  /** Distance below the entry price, as a fraction: 0.02 is 2 %. Above it for a short. */
  readonly stopLoss?: number
  /** Distance beyond the entry price, as a fraction. */
  readonly takeProfit?: number
  /** Distance from the best price seen, as a fraction. */
  readonly trailingStop?: number
  /** Gain of the best price from which on the trailing stop exists, as a fraction. */
  readonly trailingFrom?: number
  /** Gain of the best price from which on the stop is no looser than the entry, as a fraction. */
  readonly breakEven?: number
  /** Number of closes after which the position is left, the close of the entry candle the first. */
  readonly timeStop?: number
  /** Take-profit distances by the number of closes held: `{0: 0.1, 12: 0.05}`. */
  readonly roi?: Readonly<Record<number, number>>
}

/** What goes with a target: exits of the position that it opens, a name, a rank. */
export interface TargetOptions extends Exits {
  /** Stored with the trade, at most 40 characters. */
  readonly tag?: string
  /** Rank among entries of one instant where a limit leaves fewer places: higher first. */
  readonly priority?: number
}

/** Keep what is held, whatever it is. */
export interface HoldIntent {
  /** Tells the intents apart. */
  readonly kind: 'hold'
}

/** Hold this share of equity: 1 is all of it, 0 none, below 0 short. */
export interface TargetIntent {
  /** Tells the intents apart. */
  readonly kind: 'target'
  /** Share of equity, -1 to 1; below 0 for a short. */
  readonly exposure: number
  /** Exits of the position that it opens; an addition changes none. */
  readonly exits: Exits
  /** Stored with the trade, at most 40 characters; null for none. */
  readonly tag: string | null
  /** Null where the leg's own holds. */
  readonly priority: number | null
}

/** Hold what is held, and have these levels from the next candle on. Null removes one, undefined leaves it. */
export interface Levels {
  /** Price of the stop, quote a base unit: at it or beyond the position is left. */
  readonly stopPrice?: number | null | undefined
  /** Price of the target, quote a base unit: at it or beyond a gain is taken. */
  readonly targetPrice?: number | null | undefined
}

export interface KeepIntent extends Levels {
  /** Tells the intents apart. */
  readonly kind: 'keep'
}

/** A resting order as a strategy asks for it. */
export interface OrderRequest {
  /** Whether it buys or sells base. */
  readonly side: 'buy' | 'sell'
  /** A limit waits for its price or a better one, a stop is a market order once its price is touched. */
  readonly kind: 'limit' | 'stop'
  /** Quote a base unit, above 0; rounded to the market's tick, away from the market. */
  readonly price: number
  /** Share of equity, 0 to 1. Either this or `quantity`. */
  readonly share?: number
  /** Base units. */
  readonly quantity?: number
  /** Closes after which it expires; 0 or absent: it stays until cancelled. */
  readonly goodFor?: number
  /** A limit that would fill at once, as a taker, is refused instead. */
  readonly postOnly?: boolean
  /** Only ever makes a position smaller. */
  readonly reduceOnly?: boolean
  /** A fill of one order cancels the others of its group. */
  readonly group?: string
  /** Stored with the fill, at most 40 characters. */
  readonly tag?: string
  /** Place it again at once after it has filled, as quotes want. */
  readonly repeat?: boolean
  /** Exits of the position that it opens. */
  readonly exits?: Exits
}

/** The whole set of resting orders that a strategy wants from now on. */
export interface OrdersIntent {
  /** Tells the intents apart. */
  readonly kind: 'orders'
  /** All that are to rest; what rests and is not among them is cancelled. */
  readonly orders: readonly OrderRequest[]
  /** Rank among the legs of an account; null where the leg's own holds. */
  readonly priority: number | null
}

/** What a strategy says at a close. A closed set told apart by `kind`. */
export type Intent = HoldIntent | TargetIntent | KeepIntent | OrdersIntent

/** Frozen, so that who meets it need not look into it. */
export const NO_EXITS: Exits = Object.freeze({})

export const HOLD: HoldIntent = Object.freeze({ kind: 'hold' })
export const FLAT: TargetIntent = Object.freeze({
  kind: 'target',
  exposure: 0,
  exits: NO_EXITS,
  tag: null,
  priority: null,
})

/** Be long with a share of equity, 0 to 1. Say it again at no cost: a repeated target does nothing. */
export function long(exposure: number, options: TargetOptions = NO_EXITS): TargetIntent {
  return target(exposure, options)
}

/** Be short with a share of equity, 0 to 1; only in a backtest, where the market is shortable. */
export function short(exposure: number, options: TargetOptions = NO_EXITS): TargetIntent {
  return target(-exposure, options)
}

/** Leave the market, with a name for the exit: `exit_tag` of the trade. */
export function exit(tag: string): TargetIntent {
  return { kind: 'target', exposure: 0, exits: NO_EXITS, tag, priority: null }
}

/** Hold what is held, with these absolute levels from the next candle on. */
export function keep(levels: Levels): KeepIntent {
  return { ...levels, kind: 'keep' }
}

/** Have these resting orders from now on: equal ones stay, missing ones are cancelled, new ones placed. */
export function orders(
  requests: readonly OrderRequest[],
  { priority = null }: { readonly priority?: number | null } = {},
): OrdersIntent {
  return { kind: 'orders', orders: requests, priority }
}

function target(exposure: number, options: TargetOptions): TargetIntent {
  if (options === NO_EXITS) {
    return { kind: 'target', exposure, exits: NO_EXITS, tag: null, priority: null }
  }
  const { tag = null, priority = null, ...exits } = options
  return { kind: 'target', exposure, exits, tag, priority }
}

/** Whether exits name any at all. */
export function namesAny(exits: Exits): boolean {
  for (const name in exits) if (exits[name as keyof typeof exits]) return true
  return false
}
