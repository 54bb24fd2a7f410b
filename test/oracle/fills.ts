import type { RiskSettings } from '../../src/core/risk/settings.js'
import type { Exits } from '../../src/core/strategy/intent.js'
import type { ExitReason } from '../../src/core/account/trade.js'
import {
  type HeldExits,
  equityAt,
  marketPrice,
  settle,
  type Holding,
  type OracleFill,
  type OracleRun,
} from './account.js'

/** An order that was decided at a close. */
export interface OracleOrder {
  readonly target: number
  readonly exits: Exits
  readonly reason: 'signal' | 'time_stop'
}

/** Where an order fills. */
export interface Place {
  readonly index: number
  readonly reference: number
}

/**
 * "A target is compared with the last target that was filled, not with the drifted share: a
 * repeated intent does nothing." A reversal is an exit and an entry at the same fill.
 */
export function fillOrder(run: OracleRun, order: OracleOrder, place: Place): void {
  if (order.target === run.lastTarget) return
  const side = Math.sign(order.target)
  if (run.holding && side !== run.holding.side) exitAtMarket(run, order.reason, place)
  if (side === 0) return
  if (run.holding) scale(run, run.holding, order, place)
  else enter(run, order, place)
}

/** A full exit as a market order: "slippage applies". */
function exitAtMarket(run: OracleRun, reason: ExitReason, place: Place): void {
  const { side, size } = run.holding!
  const direction = side === 1 ? -1 : 1
  const price = marketPrice(run, { direction, reference: place.reference, quantity: size })
  exit(run, { price, size, reason, ambiguous: false }, place)
}

/** What leaves a position. */
export interface Exit {
  readonly price: number
  readonly size: number
  readonly reason: ExitReason
  readonly ambiguous: boolean
}

/**
 * "`pnl = quantity x (exit - entry) - fees - tx costs`. `return = pnl / (quantity x entry price)`."
 * A partial sale is a trade of its own with its share of the entry's costs.
 */
export function exit(run: OracleRun, { price, size, reason, ambiguous }: Exit, place: Place): void {
  const holding = run.holding!
  const direction = holding.side === 1 ? -1 : 1
  const cost = settle(run, { direction, size, price, reference: place.reference })
  const share = size / holding.size
  const fees = holding.fees * share + cost.fee
  const txCosts = holding.txCosts * share + cost.txCost
  const pnl = holding.side * size * (price - holding.entryPrice) - fees - txCosts
  run.trades.push({
    strategy: run.spec.legs[0]!.strategy.name,
    side: holding.side === 1 ? 'long' : 'short',
    entryTime: holding.entryTime,
    exitTime: run.candles.time[place.index]!,
    entryPrice: holding.entryPrice,
    exitPrice: price,
    size,
    pnl,
    fees,
    txCosts,
    slippage: holding.slippage * share + cost.slippage,
    return: pnl / (size * holding.entryPrice),
    candles: place.index - holding.entryIndex,
    mae: holding.mae,
    mfe: holding.mfe,
    exitReason: reason,
    ambiguous,
    entryTag: null,
    exitTag: null,
    parts: 1,
    fills: [],
  })
  if (size === holding.size) forget(run, place)
  else keep(run, holding, { sold: size, rest: 1 - share })
}

/** "Any full exit makes the last target 0"; "entries are ignored at n closes, the close of the exit candle being the first". */
function forget(run: OracleRun, place: Place): void {
  run.holding = null
  run.lastTarget = 0
  run.cooldownUntil = place.index + run.spec.legs[0]!.risk.cooldown
}

function keep(run: OracleRun, holding: Holding, part: { sold: number; rest: number }): void {
  const { sold, rest } = part
  holding.size = steps(run, holding.size - sold)
  holding.fees *= rest
  holding.txCosts *= rest
  holding.slippage *= rest
}

/** "`exposure x equity`"; "`position_size` caps the spend: an amount of quote currency, or a share of equity". */
function wantedSpend(run: OracleRun, target: number, reference: number): number {
  const { weight, risk } = run.spec.legs[0]!
  const equity = equityAt(run, reference)
  const spend = Math.abs(target) * weight * equity
  if (risk.positionSize === null) return spend
  const { positionSize } = risk
  return Math.min(
    spend,
    positionSize.kind === 'quote' ? positionSize.amount : positionSize.share * equity,
  )
}

/** "`quantity = spend / (price x (1 + fee))`"; the quantity before impact says which impact to size with. */
function sizeOf(
  run: OracleRun,
  spend: number,
  { reference, direction }: { reference: number; direction: 1 | -1 },
): number {
  const withFee = 1 + run.spec.costs.fee
  const plain = reference * (1 + direction * run.spec.costs.slippage)
  const quantity = Math.max(0, spend) / (plain * withFee)
  const price = marketPrice(run, { direction, reference, quantity })
  return roundedDown(run, Math.max(0, spend) / (price * withFee))
}

/** "Quantity is rounded DOWN to the market's step". Steps of the tests are 1 / a whole number. */
function roundedDown(run: OracleRun, quantity: number): number {
  const perUnit = Math.round(1 / run.spec.legs[0]!.market.step)
  return Math.floor(quantity * perUnit) / perUnit
}

/** "an order below the market's minimum notional is refused, counted, and nothing else happens". */
function isRefused(run: OracleRun, size: number, reference: number): boolean {
  const refused = size <= 0 || size * reference < run.spec.legs[0]!.market.minNotional
  if (refused) run.belowMinimum++
  return refused
}

/** "`spend = min(exposure x equity, cash - tx cost)`": an entry from flat. */
function enter(run: OracleRun, order: OracleOrder, { index, reference }: Place): void {
  const direction = order.target > 0 ? 1 : -1
  const wanted = wantedSpend(run, order.target, reference)
  const spend = Math.min(wanted, run.cash - run.spec.costs.txCost)
  const size = sizeOf(run, spend, { reference, direction })
  if (isRefused(run, size, reference)) return
  const price = marketPrice(run, { direction, reference, quantity: size })
  const cost = settle(run, { direction, size, price, reference })
  run.lastTarget = order.target
  run.holding = {
    side: direction,
    size,
    entryIndex: index,
    entryTime: run.candles.time[index]!,
    entryPrice: price,
    firstPrice: price,
    fees: cost.fee,
    txCosts: cost.txCost,
    slippage: cost.slippage,
    exits: tighterOfBoth(run.spec.legs[0]!.risk, order.exits),
    peak: price,
    mae: 0,
    mfe: 0,
  }
}

/** "Changing exposure while in a position (scaling) trades the difference". */
function scale(run: OracleRun, holding: Holding, order: OracleOrder, place: Place): void {
  const { reference } = place
  const more = difference(run, order.target, { reference, direction: holding.side })
  if (more > 0) return add(run, holding, { order, size: more, reference })
  const away = holding.side === 1 ? -1 : 1
  const less = -difference(run, order.target, { reference, direction: away })
  if (less > 0) return reduce(run, { order, size: less }, place)
  run.lastTarget = order.target
}

/** Quantity that the new target means at this fill, less the quantity held. */
function difference(
  run: OracleRun,
  target: number,
  { reference, direction }: { reference: number; direction: 1 | -1 },
): number {
  const held = run.holding!.size
  const spend = wantedSpend(run, target, reference)
  const change = sizeOf(run, spend, { reference, direction }) - held
  if (direction === -1 || change <= 0) return steps(run, change)
  // "never more than cash allows"
  const cash = run.cash - run.spec.costs.txCost
  return steps(run, Math.min(change, sizeOf(run, cash, { reference, direction })))
}

/** A difference of whole steps, freed of what subtracting has left behind the last digit. */
function steps(run: OracleRun, quantity: number): number {
  const perUnit = Math.round(1 / run.spec.legs[0]!.market.step)
  return Math.round(quantity * perUnit) / perUnit
}

/** "entry price becomes the quantity-weighted average"; the levels stay those of the first entry. */
function add(
  run: OracleRun,
  holding: Holding,
  { order, size, reference }: { order: OracleOrder; size: number; reference: number },
): void {
  if (isRefused(run, size, reference)) return
  const direction = holding.side
  const price = marketPrice(run, { direction, reference, quantity: size })
  const fill: OracleFill = { direction, size, price, reference }
  const cost = settle(run, fill)
  holding.entryPrice = (holding.entryPrice * holding.size + price * size) / (holding.size + size)
  holding.size = steps(run, holding.size + size)
  holding.fees += cost.fee
  holding.txCosts += cost.txCost
  holding.slippage += cost.slippage
  run.lastTarget = order.target
}

/** A partial sale; one that leaves nothing is a full exit, which no minimum stops. */
function reduce(
  run: OracleRun,
  { order, size }: { order: OracleOrder; size: number },
  place: Place,
): void {
  const { side, size: held } = run.holding!
  if (size >= held) return exitAtMarket(run, 'signal', place)
  if (isRefused(run, size, place.reference)) return
  const direction = side === 1 ? -1 : 1
  const price = marketPrice(run, { direction, reference: place.reference, quantity: size })
  exit(run, { price, size, reason: 'signal', ambiguous: false }, place)
  run.lastTarget = order.target
}

/** Exits of the settings and of the strategy: the tighter of both, 0 being none. */
function tighterOfBoth(settings: RiskSettings, named: Exits): HeldExits {
  const tighter = (a: number, b = 0): number => (a === 0 || b === 0 ? a + b : Math.min(a, b))
  return {
    stopLoss: tighter(settings.stopLoss, named.stopLoss),
    takeProfit: tighter(settings.takeProfit, named.takeProfit),
    trailingStop: tighter(settings.trailingStop, named.trailingStop),
    timeStop: tighter(settings.timeStop, named.timeStop),
  }
}
