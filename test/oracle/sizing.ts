import { grossAt, type Account, type LegState, type PriceOf, type RestingOrder } from './state.js'

/** How much: prices of market fills, quantities of targets, free cash and room. */

/** "`reference x (1 + slippage)` for a buy", without impact. */
export function plainPrice(
  { spec }: Account,
  { side, reference }: { side: number; reference: number },
): number {
  return reference * (1 + side * spec.slippage)
}

/** The same with the impact of so many base units. */
export function marketPrice(
  { spec }: Account,
  { side, reference, size }: { side: number; reference: number; size: number },
): number {
  return reference * Math.max(0, 1 + side * slippageOf(spec, size))
}

function slippageOf({ slippage, impact }: Account['spec'], size: number): number {
  return impact === null ? slippage : slippage + (impact.a + impact.b * size ** impact.g) / 10_000
}

/** The quantity that a share of equity buys at a price, fee included, before rounding. */
export function shareQuantity(
  { spec }: Account,
  state: LegState,
  {
    share,
    equity,
    price,
    feeRate,
  }: { share: number; equity: number; price: number; feeRate: number },
): number {
  const asked = Math.abs(share) * state.leg.weight * equity
  return Math.min(asked, sizeCap(spec.positionSize, equity)) / (price * (1 + feeRate))
}

/** "A plain number is an amount of quote currency, "25%" a share of equity." */
export function sizeCap(size: Account['spec']['positionSize'], equity: number): number {
  if (size === null) return Infinity
  return size.kind === 'quote' ? size.amount : size.share * equity
}

/** "Cash, less 2 x the value of shorts, less what resting buys reserve." */
export function freeCash(account: Account, priceOf: PriceOf, without?: RestingOrder): number {
  let free = account.cash
  for (const state of account.legs) {
    if (state.quantity < 0) free -= 2 * -state.quantity * priceOf(state)
    for (const order of state.resting) {
      if (order !== without) free -= reserveOf(account, order, order.left)
    }
  }
  return free
}

/** "`quantity x P x (1 + larger fee) + tx cost`, a stop with its slippage too." */
export function reserveOf(
  { spec }: Account,
  { request, price, side }: RestingOrder,
  size: number,
): number {
  if (side === -1 || request.reduceOnly === true) return 0
  const slippage = request.kind === 'stop' ? 1 + spec.slippage : 1
  return size * price * slippage * (1 + largerFee(spec)) + spec.txCost
}

export function largerFee({ feeRate, makerFeeRate }: Account['spec']): number {
  return Math.max(feeRate, makerFeeRate)
}

/** What the exposure limit leaves for new spends. */
export function exposureRoom(account: Account, equity: number, priceOf: PriceOf): number {
  const { maxExposure } = account.spec.limits
  if (maxExposure === 0) return Infinity
  return Math.max(0, maxExposure * equity - grossAt(account, priceOf))
}
