// The loop over the candles of one long or flat leg, in AssemblyScript. What each step computes, and in which order
// of operations, is what core/simulated-broker.ts, book.ts, position.ts and protection.ts compute, to the bit.
import {
  BASE_PRICE,
  BEST,
  BY_STOP_LOSS,
  BY_TAKE_PROFIT,
  BY_TRAILING_STOP,
  CANDLES_IN_MARKET,
  CASH,
  COLUMNS_AT,
  COOLDOWN,
  COOLED_AT,
  CROSS_A,
  CROSS_B,
  ENTRY_INDEX,
  ENTRY_ORDER,
  ENTRY_PRICE,
  EQUITY_COLUMN,
  FEES,
  FEES_PAID,
  FEE_RATE,
  HIGHEST,
  LEAST_CASH,
  LOWEST,
  MIN_NOTIONAL,
  NOTIONAL,
  NO_ORDER,
  ORDER,
  ORDER_EXPOSURE,
  ORDER_REASON,
  ORDER_STOP_LOSS,
  ORDER_TAKE_PROFIT,
  ORDER_TRAILING_STOP,
  OTHER_ORDER,
  PEAK,
  QUANTITY,
  REFUSALS,
  SHARE_MOST,
  SLIPPAGE,
  SLIPPAGE_PAID,
  SLIPPAGE_RATE,
  SPEND_MOST,
  STEP,
  STEPS_PER_UNIT,
  STOP_LEVEL,
  TARGET,
  TARGET_LEVEL,
  TIME_STOP,
  TRADES,
  TRADES_AT,
  TRADES_MOST,
  TRADE_FIGURES,
  TRAILING_STOP,
  TX_COST,
  TX_COSTS,
  TX_COSTS_PAID,
  WEIGHT,
  WORST,
} from '../../../core/kernel-registers'
import { nextCrossing } from './crossing'
import { measureDrawdown } from './drawdown'
import { at, get, pair, put, putPair, set } from './memory'

/** Where the columns begin, as `lay` has laid them. */
let opens: usize = 0
let highs: usize = 0
let lows: usize = 0
let closes: usize = 0
let equities: usize = 0

/** Asks the strategy at the close of a candle. */
declare function ask(i: i32): void

/** Lays out the columns for so many candles. */
export function lay(candles: i32): void {
  const column = (<usize>candles) << 3
  opens = COLUMNS_AT
  highs = opens + column
  lows = highs + column
  closes = lows + column
  equities = opens + EQUITY_COLUMN * column
}

/**
 * Takes the candles from `first` to before `end`: each order at the next open, then protective exits and
 * marks, then the strategy where it has to be asked. @returns the index of the candle before which it
 * stopped, or `end`
 */
export function go(first: i32, end: i32): i32 {
  const a = <usize>get(CROSS_A)
  const b = <usize>get(CROSS_B)
  let crossing = -1
  let i = first
  while (i < end) {
    const order = get(ORDER)
    if (order === OTHER_ORDER || get(TRADES) === TRADES_MOST) return i
    if (order !== NO_ORDER) fill(i)
    if (crossing < i) crossing = nextCrossing(a, b, i, end)
    const word = min(crossing, timeUp(i, end))
    const until = min(word + 1, end)
    follow(i, until)
    if (word < end) ask(word)
    i = until
  }
  return end
}

/** The close at which the time of the position is up; `end` where that is not before it. */
function timeUp(i: i32, end: i32): i32 {
  if (get(QUANTITY) === 0 || get(TIME_STOP) === 0) return end
  const due = max(<f64>i, get(ENTRY_INDEX) + get(TIME_STOP) - 1)
  return due < <f64>end ? <i32>due : end
}

/** Protective exits and marks, from one order to the next. */
function follow(first: i32, end: i32): void {
  let i = first
  if (get(QUANTITY) !== 0) {
    i = hold(first, end)
    if (i < end) protect(i)
  }
  rest(i, end)
}

/** Marks candles at which nothing is held. */
function rest(first: i32, end: i32): void {
  const cash = get(CASH)
  const equity = equities
  const both = f64x2.splat(cash)
  let i = first
  for (; i + 1 < end; i += 2) putPair(equity, i, both)
  if (i < end) put(equity, i, cash)
}

function fill(i: i32): void {
  const isEntry = get(ORDER) === ENTRY_ORDER
  set(ORDER, NO_ORDER)
  if (isEntry) return enter(i)
  const reference = at(opens, i)
  leave(i, reference, reference * (1 - get(SLIPPAGE_RATE)), get(ORDER_REASON), 0)
}

function enter(i: i32): void {
  const reference = at(opens, i)
  const price = reference * (1 + get(SLIPPAGE_RATE))
  const size = sizeFor(price)
  if (size <= 0 || size * reference < get(MIN_NOTIONAL)) {
    set(REFUSALS, get(REFUSALS) + 1)
    return
  }
  const cost = pay(reference, price, size)
  set(QUANTITY, size)
  set(ENTRY_PRICE, price)
  set(BASE_PRICE, price)
  set(ENTRY_INDEX, i)
  set(FEES, cost)
  set(TX_COSTS, get(TX_COST))
  set(SLIPPAGE, size * Math.abs(price - reference))
  set(HIGHEST, price)
  set(LOWEST, price)
  set(PEAK, price)
  set(WORST, 0)
  set(BEST, 0)
  const stopLoss = get(ORDER_STOP_LOSS)
  const takeProfit = get(ORDER_TAKE_PROFIT)
  set(STOP_LEVEL, stopLoss === 0 ? 0 : price * (1 - stopLoss))
  set(TARGET_LEVEL, takeProfit === 0 ? Infinity : price * (1 + takeProfit))
  set(TRAILING_STOP, get(ORDER_TRAILING_STOP))
  set(TARGET, get(ORDER_EXPOSURE))
  addCash(-(price * size + cost + get(TX_COST)))
}

/** The quantity that the order's exposure means at this price, fee included, rounded down to the step. */
function sizeFor(price: f64): f64 {
  const cash = get(CASH)
  const share = get(SHARE_MOST)
  const cap = share === Infinity ? get(SPEND_MOST) : share * cash
  const wanted = Math.min(get(ORDER_EXPOSURE) * get(WEIGHT) * cash, cap)
  const spend = Math.max(0, Math.min(wanted, cash - get(TX_COST)))
  const quantity = spend / (price * (1 + get(FEE_RATE)))
  const perUnit = get(STEPS_PER_UNIT)
  if (perUnit > 0) return Math.floor(quantity * perUnit) / perUnit
  return Math.floor(quantity / get(STEP)) * get(STEP)
}

/**
 * Follows an open position up to a candle that touches one of its levels, and marks the candles before
 * it. @returns the index of that candle; `end` where there is none
 */
function hold(first: i32, end: i32): i32 {
  // Copies, for what is global is loaded anew at each candle.
  const low = lows
  const high = highs
  const close = closes
  const equity = equities
  const cash = get(CASH)
  const quantity = get(QUANTITY)
  const target = get(TARGET_LEVEL)
  const trailing = get(TRAILING_STOP)
  // Where there is no trailing stop the peak moves nothing.
  const keep = trailing === 0 ? 0 : 1 - trailing
  let lowest = get(LOWEST)
  let highest = get(HIGHEST)
  let peak = Math.max(get(PEAK), highest)
  let stop = Math.max(get(STOP_LEVEL), peak * keep)
  const cashes = f64x2.splat(cash)
  const quantities = f64x2.splat(quantity)
  let lowests = f64x2.splat(lowest)
  let i = first
  while (i < end) {
    if (highest < target) {
      // Two at a time, while they touch nothing and go no higher.
      const stops = f64x2.splat(stop)
      const tops = f64x2.splat(highest)
      for (; i + 1 < end; i += 2) {
        const downs = pair(low, i)
        const moved = v128.or(f64x2.le(downs, stops), f64x2.gt(pair(high, i), tops))
        if (v128.any_true(moved)) break
        lowests = f64x2.pmin(lowests, downs)
        putPair(equity, i, f64x2.add(cashes, f64x2.mul(quantities, pair(close, i))))
      }
      if (i === end) break
    }
    const down = at(low, i)
    const up = at(high, i)
    if (down < lowest) lowest = down
    if (down <= stop || up >= target) {
      if (up > highest) highest = up
      break
    }
    put(equity, i, cash + quantity * at(close, i))
    i++
    if (up <= highest) continue
    highest = up
    if (up <= peak) continue
    peak = up
    if (up * keep > stop) stop = up * keep
  }
  lowest = min(lowest, min(f64x2.extract_lane(lowests, 0), f64x2.extract_lane(lowests, 1)))
  set(LOWEST, lowest)
  // The peak that the stop hangs on is that of the candles before.
  set(PEAK, peak)
  set(HIGHEST, highest)
  set(CANDLES_IN_MARKET, get(CANDLES_IN_MARKET) + <f64>(i - first))
  return i
}

/** Leaves the position in the candle at `i`, which touches a level: the stop before the target. */
function protect(i: i32): void {
  const open = at(opens, i)
  const high = at(highs, i)
  const wasOpen = get(ENTRY_INDEX) !== <f64>i
  const target = get(TARGET_LEVEL)
  const trail = get(TRAILING_STOP) === 0 ? 0 : get(PEAK) * (1 - get(TRAILING_STOP))
  const isTrailing = trail > get(STOP_LEVEL)
  const stop = isTrailing ? trail : get(STOP_LEVEL)
  if (at(lows, i) <= stop) {
    const isGap = wasOpen && open <= stop
    const reference = isGap ? open : Math.min(stop, Math.max(open, high))
    const price = reference * (1 - get(SLIPPAGE_RATE))
    const isAmbiguous = !isGap && high >= target
    leave(i, reference, price, isTrailing ? BY_TRAILING_STOP : BY_STOP_LOSS, isAmbiguous ? 1 : 0)
    return
  }
  const reference = wasOpen && open >= target ? open : target
  leave(i, reference, reference, BY_TAKE_PROFIT, 0)
}

/** Books the exit of all that is held, and writes the trade. */
function leave(i: i32, reference: f64, price: f64, reason: f64, ambiguous: f64): void {
  const size = get(QUANTITY)
  const entry = get(ENTRY_PRICE)
  const cost = pay(reference, price, size)
  addCash(price * size - cost - get(TX_COST))
  set(WORST, Math.min(get(WORST), get(LOWEST) / entry - 1))
  set(BEST, Math.max(get(BEST), get(HIGHEST) / entry - 1))
  const row = <usize>(TRADES_AT + <i32>get(TRADES) * TRADE_FIGURES * 8)
  put(row, 0, 0)
  put(row, 1, 1)
  put(row, 2, get(ENTRY_INDEX))
  put(row, 3, <f64>i)
  put(row, 4, entry)
  put(row, 5, price)
  put(row, 6, size)
  put(row, 7, get(FEES) + cost)
  put(row, 8, get(TX_COSTS) + get(TX_COST))
  put(row, 9, get(SLIPPAGE) + size * Math.abs(price - reference))
  put(row, 10, <f64>i - get(ENTRY_INDEX))
  put(row, 11, get(WORST))
  put(row, 12, get(BEST))
  put(row, 13, reason)
  put(row, 14, ambiguous)
  set(TRADES, get(TRADES) + 1)
  set(COOLED_AT, <f64>i + get(COOLDOWN))
  set(TARGET, 0)
  set(QUANTITY, 0)
}

function addCash(amount: f64): void {
  const cash = get(CASH) + amount
  set(CASH, cash)
  set(LEAST_CASH, min(get(LEAST_CASH), cash))
}

/** Counts what a fill costs. @returns its fee */
function pay(reference: f64, price: f64, size: f64): f64 {
  const fee = get(FEE_RATE) * price * size
  set(NOTIONAL, get(NOTIONAL) + price * size)
  set(FEES_PAID, get(FEES_PAID) + fee)
  set(TX_COSTS_PAID, get(TX_COSTS_PAID) + get(TX_COST))
  set(SLIPPAGE_PAID, get(SLIPPAGE_PAID) + size * Math.abs(price - reference))
  return fee
}

/** The drawdown of a curve that begins at the candle `first`, up to before point `end`. */
export function measure(first: i32, end: i32): void {
  measureDrawdown(equities + ((<usize>first) << 3), end)
}
