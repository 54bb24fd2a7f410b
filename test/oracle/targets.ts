import { book } from './books.js'
import { roundDown } from './numbers.js'
import { trimLegs } from './rests.js'
import { exposureRoom, freeCash, marketPrice, plainPrice, shareQuantity } from './sizing.js'
import {
  byRank,
  count,
  equityAt,
  type Account,
  type LegState,
  type Pending,
  type PriceOf,
} from './state.js'

/**
 * Step 1: what was decided fills at one instant, reductions first, then entries from one snapshot.
 * `between` is what else reduces at this instant.
 */
export function fillTargets(
  account: Account,
  due: readonly LegState[],
  { priceOf, between }: { priceOf: PriceOf; between?: () => void },
): void {
  // "From the snapshot before all fills of the instant", trims among them.
  const equity = equityAt(account, priceOf)
  trimLegs(account, due, priceOf)
  const plans = due
    .filter(state => state.pending !== null)
    .map(state => planOf(account, state, { equity, reference: priceOf(state) }))
  for (const plan of plans) {
    plan.state.pending = null
    reduce(account, plan, priceOf(plan.state))
  }
  between?.()
  enter(
    account,
    plans.filter(plan => plan.enters),
    priceOf,
  )
}

interface Plan {
  readonly state: LegState
  readonly pending: Pending
  /** Base units to give up, and whether anything is to be opened or added after that. */
  readonly reduceBy: number
  readonly enters: boolean
}

function planOf(
  account: Account,
  state: LegState,
  { equity, reference }: { equity: number; reference: number },
): Plan {
  const pending = state.pending!
  const { exposure } = pending
  const held = Math.abs(state.quantity)
  const side = Math.sign(state.quantity)
  const nothing: Plan = { state, pending, reduceBy: 0, enters: false }
  if (exposure === 0) return { ...nothing, reduceBy: held }
  if (side === 0) return { ...nothing, enters: true }
  if (side !== Math.sign(exposure)) return { ...nothing, reduceBy: held, enters: true }
  const wantedAt = (fillSide: number): number =>
    shareQuantity(account, state, {
      share: exposure,
      equity,
      price: plainPrice(account, { side: fillSide, reference }),
      feeRate: account.spec.feeRate,
    })
  const { step } = state.market
  const surplus = roundDown(held - wantedAt(-side), step)
  if (roundDown(wantedAt(side) - held, step) > 0) return { ...nothing, enters: true }
  if (surplus > 0) return { ...nothing, reduceBy: surplus }
  state.lastTarget = exposure
  return nothing
}

export function hasExits({ exits }: Pick<Pending, 'exits'>): boolean {
  return Object.values(exits).some(value => value !== undefined && value !== 0)
}

function reduce(account: Account, { state, pending, reduceBy }: Plan, reference: number): void {
  const { step, minNotional } = state.market
  if (reduceBy < step / 2) return
  const side = state.quantity > 0 ? -1 : 1
  const isWhole = reduceBy > Math.abs(state.quantity) - step / 2
  const size = isWhole ? Math.abs(state.quantity) : reduceBy
  const price = marketPrice(account, { side, reference, size })
  if (!isWhole && size * reference < minNotional) return count(account, 'refused:below_minimum')
  const { reason, tag } = pending
  book(account, state, { side, size, price, feeRate: account.spec.feeRate, reason, tag })
  if (!isWhole) state.lastTarget = pending.exposure
}

interface Entry {
  readonly state: LegState
  readonly pending: Pending
  readonly side: 1 | -1
  readonly size: number
}

function enter(account: Account, plans: readonly Plan[], priceOf: PriceOf): void {
  const { spec } = account
  const equity = equityAt(account, priceOf)
  const room = exposureRoom(account, equity, priceOf)
  const asked = admit(account, plans).map(plan =>
    entryOf(account, plan, { equity, reference: priceOf(plan.state) }),
  )
  const count = asked.filter(({ size }) => size > 0).length
  const free = Math.max(0, freeCash(account, priceOf) - count * spec.txCost)
  const most = Math.max(0, Math.min(free, room))
  const costOf: CostOf = ({ side, state }) =>
    plainPrice(account, { side, reference: priceOf(state) }) * (1 + spec.feeRate)
  const first = scaled(asked, most, costOf)
  // "Q is the quantity at the price without impact, cut to cash at the price with it."
  const { entries } = scaled(
    first.entries,
    most,
    ({ side, state, size }) =>
      marketPrice(account, { side, reference: priceOf(state), size }) * (1 + spec.feeRate),
  )
  for (const entry of entries) {
    const scarce = !first.isScaled ? null : free <= room ? 'no_cash' : 'max_exposure'
    fillEntry(account, entry, { reference: priceOf(entry.state), scarce })
  }
}

type CostOf = (entry: Entry) => number

/** "Where cash or the exposure limit does not hold all of them, each is scaled by the same factor." */
function scaled(
  entries: readonly Entry[],
  most: number,
  costOf: CostOf,
): { entries: readonly Entry[]; isScaled: boolean } {
  const cost = entries.reduce((sum, entry) => sum + entry.size * costOf(entry), 0)
  const isScaled = cost > most
  const factor = isScaled ? most / cost : 1
  const cut = entries.map(entry => ({
    ...entry,
    size: roundDown(entry.size * factor, entry.state.market.step),
  }))
  return { entries: cut, isScaled }
}

function fillEntry(
  account: Account,
  { state, pending, side, size }: Entry,
  { reference, scarce }: { reference: number; scarce: string | null },
): void {
  if (size <= 0) return count(account, `refused:${scarce ?? 'below_minimum'}`)
  if (size * reference < state.market.minNotional) return count(account, 'refused:below_minimum')
  const price = marketPrice(account, { side, reference, size })
  const { reason, tag, exits } = pending
  if (state.position !== null && hasExits(pending)) count(account, 'exits_ignored')
  const deal = { side, size, price, feeRate: account.spec.feeRate, reason, tag }
  book(account, state, deal, { exits, byOrder: false })
  state.lastTarget = pending.exposure
}

function entryOf(
  account: Account,
  { state, pending }: Plan,
  { equity, reference }: { equity: number; reference: number },
): Entry {
  const side = pending.exposure > 0 ? 1 : -1
  const price = plainPrice(account, { side, reference })
  const sized = { share: pending.exposure, equity, price, feeRate: account.spec.feeRate }
  const size = shareQuantity(account, state, sized) - Math.abs(state.quantity)
  return { state, pending, side, size: Math.max(0, size) }
}

/** Who may enter at all: refused by a cooldown or a halt, then by places in the order of rank. */
function admit(account: Account, plans: readonly Plan[]): readonly Plan[] {
  const rank = byRank(state => plans.find(plan => plan.state === state)!.pending.priority)
  const ordered = [...plans].sort((a, b) => rank(a.state, b.state))
  const taken = { places: 0 }
  return ordered.filter(({ state, pending }) => {
    const refusal = pending.entryRefused ?? placeRefusal(account, state, taken.places)
    if (refusal !== null) {
      if (refusal !== 'silent') count(account, `refused:${refusal}`)
      return false
    }
    if (state.quantity === 0) taken.places++
    return true
  })
}

/** "An add needs no place; the entry half of a reversal does." */
export function placeRefusal(account: Account, state: LegState, taken: number): string | null {
  if (state.quantity !== 0) return null
  const { maxOpenPositions, maxTradesPerDay } = account.spec.limits
  const open = account.legs.filter(leg => leg.quantity !== 0).length + taken
  if (maxOpenPositions > 0 && open >= maxOpenPositions) return 'max_open_positions'
  const day = Math.floor(state.market.candles[state.index]!.time / 86_400_000)
  const opened = (day === account.openedDay ? account.openedCount : 0) + taken
  if (maxTradesPerDay > 0 && opened >= maxTradesPerDay) return 'max_trades_per_day'
  return null
}
