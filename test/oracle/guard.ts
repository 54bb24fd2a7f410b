import { dayOf } from './books.js'
import { cancelAll } from './orders.js'
import {
  count,
  equityAt,
  grossAt,
  lastClose,
  type Account,
  type LegState,
  type Pending,
} from './state.js'

/** What is tested at a mark: ruin and the limits over the whole account. */
export function testMark(account: Account, time: number): void {
  const equity = equityAt(account, lastClose)
  const day = dayOf(time + account.spec.timeframeMs - 1)
  if (day !== account.day) {
    account.dayBase = account.lastEquity
    account.day = day
  }
  account.lastEquity = equity
  account.peakEquity = Math.max(account.peakEquity, equity)
  if (account.ruinedAt !== null) return
  if (equity <= 0) return ruin(account, time)
  const { maxDrawdown, maxDailyLoss } = account.spec.limits
  if (maxDrawdown > 0 && !account.isHalted && 1 - equity / account.peakEquity >= maxDrawdown) {
    account.isHalted = true
    breach(account, 'max_drawdown')
  }
  const loss = 1 - equity / account.dayBase
  if (maxDailyLoss > 0 && account.haltedDay !== day && loss >= maxDailyLoss) {
    account.haltedDay = day
    breach(account, 'max_daily_loss')
  }
  trim(account, equity)
}

/** `time` is the open of the candle. */
export function ruin(account: Account, time: number): void {
  if (account.ruinedAt !== null) return
  account.ruinedAt = time
  account.isHalted = true
  count(account, 'risk:ruin')
  closeEverything(account, 'ruin')
}

function breach(account: Account, limit: string): void {
  count(account, `risk:${limit}`)
  closeEverything(account, 'risk_limit')
}

function closeEverything(account: Account, reason: string): void {
  for (const state of account.legs) {
    cancelAll(account, state)
    state.pending = state.quantity === 0 ? null : forcedExit(reason)
  }
}

export function forcedExit(reason: string): Pending {
  return { exposure: 0, exits: {}, tag: null, priority: 0, reason, entryRefused: null }
}

/** "Each leg keeps `e x equity / gross` of its quantity at that mark, targets stay, one event." */
function trim(account: Account, equity: number): void {
  const { maxExposure } = account.spec.limits
  if (maxExposure === 0 || equity <= 0) return
  const gross = grossAt(account, lastClose)
  if (!(gross > 1.1 * maxExposure * equity)) return
  const open = account.legs.filter(state => state.quantity !== 0 && !isLeaving(state))
  if (open.length === 0) return
  count(account, 'risk:max_exposure')
  for (const state of open) {
    state.keepQuantity = (Math.abs(state.quantity) * maxExposure * equity) / gross
  }
}

function isLeaving({ pending }: LegState): boolean {
  return pending !== null && ['risk_limit', 'ruin'].includes(pending.reason)
}

/** Whether nothing may be entered, by what was decided at this mark. */
export function isHaltedNow(account: Account): boolean {
  return account.isHalted || account.haltedDay === account.day
}
