// The loop over the candles of one long or flat leg, in AssemblyScript. What each step computes, and in which order
// of operations, is what core/simulated-broker.ts, book.ts, position.ts and protection.ts compute, to the bit.
import {
  BEST,
  BY_STOP_LOSS,
  BY_TAKE_PROFIT,
  BY_TRAILING_STOP,
  CANDLES_IN_MARKET,
  CASH,
  COLUMNS_AT,
  ENTERED,
  ENTRY_INDEX,
  ENTRY_ORDER,
  ENTRY_PRICE,
  EXITED,
  FEE_RATE,
  FEES,
  FEES_PAID,
  HIGHEST,
  LEFT_AT,
  LOWEST,
  MIN_NOTIONAL,
  NO_ORDER,
  NOTIONAL,
  ORDER,
  ORDER_EXPOSURE,
  ORDER_REASON,
  ORDER_STOP_LOSS,
  ORDER_TAKE_PROFIT,
  ORDER_TRAILING_STOP,
  PEAK,
  QUANTITY,
  REFUSED,
  SHARE_MOST,
  SLIPPAGE,
  SLIPPAGE_PAID,
  SLIPPAGE_RATE,
  SPEND_MOST,
  STEP,
  STEPS_PER_UNIT,
  STOP_LEVEL,
  TARGET_LEVEL,
  TRADE_FIGURES,
  TRADES,
  TRADES_AT,
  TRAILING_STOP,
  TX_COST,
  TX_COSTS,
  TX_COSTS_PAID,
  WEIGHT,
  WORST,
} from '../../../core/kernel-registers'
import { measureDrawdown } from './drawdown'
import { at, get, put, set } from './memory'

/** Where the columns begin, as `lay` has laid them. */
let opens: usize = 0
let highs: usize = 0
let lows: usize = 0
let closes: usize = 0
let equities: usize = 0

/** Lays out open, high, low, close and equity for so many candles. @returns the bytes that it takes */
export function lay(candles: i32): usize {
  const column = (<usize>candles) << 3
  opens = COLUMNS_AT
  highs = opens + column
  lows = highs + column
  closes = lows + column
  equities = closes + column
  return equities + column
}

/**
 * Takes the candles from `first` to before `end`: the pending order at the first open, then protective
 * exits and marks. @returns what was done, as bits
 */
export function pass(first: i32, end: i32): i32 {
  let done = get(ORDER) === NO_ORDER ? 0 : fill(first)
  let i = first
  if (get(QUANTITY) !== 0) {
    i = hold(first, end)
    if (i < end) {
      protect(i)
      done |= EXITED
    }
  }
  const cash = get(CASH)
  const equity = equities
  for (; i < end; i++) put(equity, i, cash)
  return done
}

function fill(i: i32): i32 {
  const isEntry = get(ORDER) === ENTRY_ORDER
  set(ORDER, NO_ORDER)
  if (isEntry) return enter(i)
  const reference = at(opens, i)
  leave(i, reference, reference * (1 - get(SLIPPAGE_RATE)), get(ORDER_REASON), 0)
  return EXITED
}

function enter(i: i32): i32 {
  const reference = at(opens, i)
  const price = reference * (1 + get(SLIPPAGE_RATE))
  const size = sizeFor(price)
  if (size <= 0 || size * reference < get(MIN_NOTIONAL)) return REFUSED
  const cost = pay(reference, price, size)
  set(QUANTITY, size)
  set(ENTRY_PRICE, price)
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
  set(CASH, get(CASH) - (price * size + cost + get(TX_COST)))
  return ENTERED
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
  let i = first
  for (; i < end; i++) {
    const down = at(low, i)
    const up = at(high, i)
    if (down < lowest) lowest = down
    if (down <= stop || up >= target) {
      if (up > highest) highest = up
      break
    }
    put(equity, i, cash + quantity * at(close, i))
    if (up <= highest) continue
    highest = up
    if (up <= peak) continue
    peak = up
    if (up * keep > stop) stop = up * keep
  }
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
  set(CASH, get(CASH) + (price * size - cost - get(TX_COST)))
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
  set(LEFT_AT, <f64>i)
  set(QUANTITY, 0)
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
