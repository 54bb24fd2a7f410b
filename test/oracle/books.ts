import type { Exits } from '../../src/core/strategy/intent.js'
import { ownExits } from './levels.js'
import type { OracleTrade } from './model.js'
import {
  candleOf,
  count,
  isFresh,
  pathOf,
  type Account,
  type Deal,
  type LegState,
  type Position,
} from './state.js'

/** The books: what a fill does to cash, position and trades. A deal never crosses zero. */
export function book(account: Account, state: LegState, deal: Deal, opening?: Opening): void {
  const { side, size, price, feeRate } = deal
  const fee = feeRate * price * size
  account.cash -= side * size * price + fee + account.spec.txCost
  account.feesPaid += fee
  count(account, 'fills')
  const isEntry = state.quantity === 0 || Math.sign(state.quantity) === side
  if (state.position === null) open(account, state, deal, opening)
  const position = state.position!
  position.fees += fee
  position.txCosts += account.spec.txCost
  position.fills.push({
    time: candleOf(state).time,
    side: side === 1 ? 'buy' : 'sell',
    size,
    price,
    fee,
    reason: deal.reason,
    tag: deal.tag,
  })
  if (isEntry) {
    const held = Math.abs(state.quantity)
    position.average = (position.average * held + price * size) / (held + size)
    position.entered += size
    position.enteredValue += size * price
  } else {
    // Opened on the path of this very candle: "L and H of each candle in which something inside it could fill".
    if (state.isOnPath && position.onPath && isFresh(state)) watchExtremes(state)
    position.exited += size
    position.exitedValue += size * price
    position.parts++
  }
  state.quantity += side * size
  if (Math.abs(state.quantity) < state.market.step / 2) close(account, state, deal)
}

export interface Opening {
  readonly exits: Exits
  readonly byOrder: boolean
}

function open(account: Account, state: LegState, deal: Deal, opening: Opening | undefined): void {
  if (opening === undefined) throw new Error('a deal that opens must say with what exits')
  const { spec } = account
  const fresh: Position = {
    side: deal.side,
    firstPrice: deal.price,
    entryIndex: state.index,
    entryPart: state.part?.number ?? 0,
    byOrder: opening.byOrder,
    onPath: state.isOnPath,
    ...ownExits(spec.exits, opening.exits),
    peak: deal.price,
    average: deal.price,
    worst: 0,
    best: 0,
    keptStop: null,
    keptTarget: null,
    entered: 0,
    enteredValue: 0,
    exited: 0,
    exitedValue: 0,
    fees: 0,
    txCosts: 0,
    parts: 0,
    fills: [],
  }
  state.position = fresh
  count(account, 'entries')
  const day = dayOf(candleOf(state).time)
  if (day !== account.openedDay) account.openedCount = 0
  account.openedDay = day
  account.openedCount++
}

export function dayOf(time: number): number {
  return Math.floor(time / 86_400_000)
}

function close(account: Account, state: LegState, deal: Deal): void {
  const position = state.position!
  account.trades.push(tradeOf(state, position, deal))
  count(account, 'exits')
  state.quantity = 0
  state.position = null
  state.lastTarget = 0
  state.lastExitIndex = state.index
}

/** "Worst and best unrealised return while open", by L and H of the candle at hand, a finer one where such decide. */
export function watchExtremes(state: LegState): void {
  const position = state.position!
  const { high, low } = pathOf(state)
  const { side, average } = position
  const returns = [side * (low / average - 1), side * (high / average - 1)]
  position.worst = Math.min(position.worst, ...returns)
  position.best = Math.max(position.best, ...returns)
}

function tradeOf({ leg }: LegState, position: Position, deal: Deal): OracleTrade {
  const { entered, enteredValue, exited, exitedValue, fees, txCosts, side, fills } = position
  const entries = fills.filter(fill => (fill.side === 'buy') === (side === 1))
  const exits = fills.filter(fill => (fill.side === 'buy') !== (side === 1))
  const pnl = side * (exitedValue - enteredValue) - fees - txCosts
  return {
    symbol: leg.symbol,
    strategy: leg.strategy,
    side: side === 1 ? 'long' : 'short',
    entryTime: entries[0]!.time,
    exitTime: exits[exits.length - 1]!.time,
    entryPrice: enteredValue / entered,
    exitPrice: exitedValue / exited,
    size: entered,
    pnl,
    fees,
    return: pnl / enteredValue,
    mae: position.worst,
    mfe: position.best,
    exitReason: deal.reason,
    entryTag: entries[0]!.tag,
    exitTag: deal.tag,
    parts: position.parts,
    fills,
  }
}
