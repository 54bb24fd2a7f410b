import type { OrderFigures } from '../../core/metrics/order-figures.js'

/** The figures of resting orders as programs read them. */
export interface OrderJson {
  readonly placed: number
  readonly filled: number
  readonly cancelled: number
  readonly expired: number
  readonly refused: number
  readonly refused_by: Readonly<Record<string, number>>
  readonly buy_fills: number
  readonly sell_fills: number
  readonly maker_share: number | null
  readonly spread_captured_bps: number | null
  readonly inventory_mean: number
  readonly inventory_largest: number
  readonly markout_1_bps: number | null
  readonly markout_5_bps: number | null
  readonly markout_20_bps: number | null
  readonly quoting_share: number
}

/** Null where no order has rested. */
export function orderJson(figures: OrderFigures | null | undefined): OrderJson | null {
  if (figures === null || figures === undefined) return null
  const { placed, filled, cancelled, expired, refused } = figures
  return {
    placed,
    filled,
    cancelled,
    expired,
    refused,
    refused_by: figures.refusedBy,
    buy_fills: figures.buyFills,
    sell_fills: figures.sellFills,
    maker_share: figures.makerShare,
    spread_captured_bps: figures.spreadCapturedBps,
    inventory_mean: figures.inventoryMean,
    inventory_largest: figures.inventoryLargest,
    markout_1_bps: figures.markout1Bps,
    markout_5_bps: figures.markout5Bps,
    markout_20_bps: figures.markout20Bps,
    quoting_share: figures.quotingShare,
  }
}
