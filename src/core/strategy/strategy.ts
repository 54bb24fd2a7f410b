import type { Column } from '../candles/candles.js'
import type { Indicator } from '../indicators/indicator.js'
import type { Intent, OrderRequest } from './intent.js'
import type { ParamSpecs, ParamsOf } from './params.js'
import type { Millis } from '../candles/time.js'
import { exceeds } from '../tolerance.js'

/** A column that ends now: `at(0)` is the candle just closed, `at(1)` the one before. */
export interface View {
  /**
   * NaN before the first candle, of which a run warns once.
   * @throws RangeError for a negative `ago`: the future has no index
   */
  at(ago: number): number
}

/** A resting order of the strategy's own, as it stands at a close. */
export interface OwnOrder {
  /** As it was asked for: given again in `orders([...])` it stays. */
  readonly request: OrderRequest
  /** Whether it buys or sells base. */
  readonly side: OrderRequest['side']
  /** Whether it waits for its price or a better one, or is a market order once its price is touched. */
  readonly kind: OrderRequest['kind']
  /** Rounded to the market's tick. */
  readonly price: number
  /** Base units still to fill. */
  readonly remaining: number
  /** As it was asked for; null for none. */
  readonly tag: string | null
  /** As it was asked for; null for none. */
  readonly group: string | null
  /** Closes since that at which it was placed: 1 at the first close that it rests at. */
  readonly age: number
}

/** What a strategy sees at a close: the past and itself, nothing else. */
export interface Moment<P, I> {
  /** The values of this run, of all that the strategy declares. */
  readonly params: P
  /** Open time of the candle that has just closed. */
  readonly time: Millis
  /** Looks back over the columns of the candles, by their names. */
  readonly candle: Readonly<Record<Column, View>>
  /** Looks back over the indicators, by the names that the strategy gave them. */
  readonly indicators: { readonly [K in keyof I]: View }
  /** Share of equity in the market now, by the close; below 0 for a short. */
  readonly exposure: number
  /** Average price of the open position, slippage included; 0 while flat. */
  readonly entryPrice: number
  /** Closes since the entry, the close of the entry candle being 1; 0 while flat. */
  readonly candlesHeld: number
  /** Best price since the entry, as the trailing stop counts it; 0 while flat. */
  readonly bestSince: number
  /** Equity of the account at this close, quote currency. */
  readonly equity: number
  /** Its own resting orders, in the order of the latest answer. Made when read. */
  readonly orders: readonly OwnOrder[]
}

/** What a strategy remembers: a flat record of finite numbers, owned and saved by the engine. */
export type StrategyState = Record<string, number>

/**
 * A strategy: declarations, and one pure function. `decide` may change `state`, and nothing
 * else. It reads no clock, no chance, no file: what it returns follows from what it is shown.
 */
export interface Strategy<
  Specs extends ParamSpecs = ParamSpecs,
  I extends Record<string, Indicator> = Record<string, Indicator>,
  S extends StrategyState = StrategyState,
> {
  /** The id that users type, in snake_case. */
  readonly name: string
  /** One sentence for lists and docs. */
  readonly description: string
  /** What can be set, with default and range, by name. */
  readonly params: Specs
  /** Named sets of parameters. */
  readonly templates: Readonly<Record<string, Partial<ParamsOf<Specs>>>>
  /** The reason why these values do not go together, or undefined where they do. */
  readonly check?: (params: ParamsOf<Specs>) => string | undefined
  /** What it reads beside the candles, by names of its own. */
  readonly indicators: (params: ParamsOf<Specs>) => I
  /** What it remembers before the first close that it is asked at. */
  readonly initial: (params: ParamsOf<Specs>) => S
  /**
   * Two indicators at whose crosses alone `decide` may say anything but HOLD or change its state,
   * where that is so: a backtest then asks nowhere else, which makes it several times faster.
   */
  readonly actsOnCross?: readonly [a: string, b: string]
  /** What it wants at a close. It may change `state`, and nothing else. */
  readonly decide: (now: Moment<ParamsOf<Specs>, I>, state: S) => Intent
}

/** Any strategy, for code that runs them without knowing their parameters. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the parameters of `decide` are contravariant, so only `any` accepts every strategy
export type AnyStrategy = Strategy<any, any, any>

/** A strategy as it may be written: without templates, and without a state. */
export type StrategyDeclaration<
  Specs extends ParamSpecs = ParamSpecs,
  I extends Record<string, Indicator> = Record<string, Indicator>,
  S extends StrategyState = StrategyState,
> = Omit<Strategy<Specs, I, S>, 'templates' | 'initial'> &
  Partial<Pick<Strategy<Specs, I, S>, 'templates' | 'initial'>>

/**
 * Types a strategy from its declarations, and completes it: without `templates` it has none, without
 * `initial` an empty state. Write `params` before the members that use it.
 */
export function defineStrategy<
  const Specs extends ParamSpecs,
  I extends Record<string, Indicator>,
  S extends StrategyState,
>(declaration: StrategyDeclaration<Specs, I, S>): Strategy<Specs, I, S> {
  const { templates = {}, initial = () => ({}) as S } = declaration
  return { ...declaration, templates, initial }
}

/** True where `a` is above `b` by more than 1e-12 of the larger: equal decimals are neither above nor below. */
export function isAbove(a: View | number, b: View | number): boolean {
  return exceeds(typeof a === 'number' ? a : a.at(0), typeof b === 'number' ? b : b.at(0))
}

/** True where `b` is above `a`. */
export function isBelow(a: View | number, b: View | number): boolean {
  return isAbove(b, a)
}

/** True where `a` was not above `b` one candle ago and is above it now, as `isAbove` compares. */
export function crossedOver(a: View, b: View): boolean {
  if (!exceeds(a.at(0), b.at(0))) return false
  const x = before(a)
  const y = before(b)
  // Where there was no value there is no cross.
  return x === x && y === y && !exceeds(x, y)
}

/** A view of the engine's own can be asked without a warning where there is no candle before. */
interface QuietView extends View {
  at(ago: number, isQuiet?: boolean): number
}

/** The value one candle ago; NaN at the first candle, which is no mistake of a strategy. */
function before(view: QuietView): number {
  return view.at(1, true)
}

/** True where `b` was not above `a` one candle ago and is above it now, as `isAbove` compares. */
export function crossedUnder(a: View, b: View): boolean {
  return crossedOver(b, a)
}

/** 1 where `a` has just crossed over `b`, -1 where under, 0 where neither. */
export function crossed(a: View, b: View): -1 | 0 | 1 {
  // Not two calls of `crossedOver`, and no pairs: each value is read once, and V8 boxes none of them.
  const x = a.at(0)
  const y = b.at(0)
  const isOver = exceeds(x, y)
  if (!isOver && !exceeds(y, x)) return 0
  const p = before(a)
  const q = before(b)
  if (p !== p || q !== q) return 0
  if (isOver) return exceeds(p, q) ? 0 : 1
  return exceeds(q, p) ? 0 : -1
}
