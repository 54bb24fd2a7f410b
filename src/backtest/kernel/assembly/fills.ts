// What an order becomes, as core/trading/simulated-broker.ts, sizing.ts, book.ts and position.ts have it, to the bit.
import {
  BASE_PRICE,
  BEST,
  CASH,
  COOLDOWN,
  COOLED_AT,
  ENTRY_INDEX,
  ENTRY_ORDER,
  ENTRY_PRICE,
  FEES,
  FEES_PAID,
  FEE_RATE,
  HIGHEST,
  LEAST_CASH,
  LOWEST,
  MIN_NOTIONAL,
  NOTIONAL,
  NO_CASH_REFUSALS,
  NO_ORDER,
  ORDER,
  ORDER_EXPOSURE,
  ORDER_REASON,
  ORDER_STOP_LOSS,
  ORDER_TAKE_PROFIT,
  ORDER_TRAILING_STOP,
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
  TRADES,
  TRADES_AT,
  TRADE_FIGURES,
  TRAILING_STOP,
  TX_COST,
  TX_COSTS,
  TX_COSTS_PAID,
  WEIGHT,
  WORST,
} from '../../../core/fast/kernel-registers'
import { opens } from './columns'
import { at, get, put, set } from './memory'

/** Fills the pending order at the open of a candle. */
export function fill(i: i32): void {
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
    const isScarce = size <= 0 && wantedSpend() > Math.max(0, get(CASH) - get(TX_COST))
    if (isScarce) set(NO_CASH_REFUSALS, get(NO_CASH_REFUSALS) + 1)
    else set(REFUSALS, get(REFUSALS) + 1)
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
  set(TARGET_LEVEL, takeProfit === 0 ? f64.MAX_VALUE : price * (1 + takeProfit))
  set(TRAILING_STOP, get(ORDER_TRAILING_STOP))
  set(TARGET, get(ORDER_EXPOSURE))
  addCash(-(price * size + cost + get(TX_COST)))
}

/** Quote currency that the order's exposure means, within the cap of the settings. */
function wantedSpend(): f64 {
  const cash = get(CASH)
  const share = get(SHARE_MOST)
  const cap = share === Infinity ? get(SPEND_MOST) : share * cash
  return Math.min(get(ORDER_EXPOSURE) * get(WEIGHT) * cash, cap)
}

/** The quantity that the order's exposure means at this price, fee included, rounded down to the step. */
function sizeFor(price: f64): f64 {
  const spend = Math.max(0, Math.min(wantedSpend(), get(CASH) - get(TX_COST)))
  const quantity = spend / (price * (1 + get(FEE_RATE)))
  const perUnit = get(STEPS_PER_UNIT)
  if (perUnit > 0) return wholeSteps(quantity * perUnit) / perUnit
  return wholeSteps(quantity / get(STEP)) * get(STEP)
}

/** As `roundDown` of core/account/market.ts: what floats leave a little off a whole number is that number. */
function wholeSteps(steps: f64): f64 {
  const nearest = Math.floor(steps + 0.5)
  return abs(steps - nearest) <= max(1e-9, 1e-12 * steps) ? nearest : Math.floor(steps)
}

/** Books the exit of all that is held, and writes the trade. */
export function leave(i: i32, reference: f64, price: f64, reason: f64, ambiguous: f64): void {
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
