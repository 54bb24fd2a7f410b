import type { RiskGuard, RiskVerdict } from '../risk/guard.js'
import type { RiskLimits } from '../risk/limits.js'
import type { Desk } from '../trading/desk.js'
import type { Leg } from '../trading/leg.js'
import type { MarketFeed } from '../trading/fills/market-feed.js'

/** What holds for all legs of an account: its limits at each mark, and what becomes of a ruined one. */
export class AccountLimits {
  private readonly limits: RiskLimits
  private readonly guard: RiskGuard
  private readonly desk: Desk
  private readonly legs: readonly Leg[]
  private readonly markets: readonly MarketFeed[]

  constructor(
    limits: RiskLimits,
    desk: Desk,
    { legs, markets }: { readonly legs: readonly Leg[]; readonly markets: readonly MarketFeed[] },
  ) {
    this.limits = limits
    this.guard = desk.guard
    this.desk = desk
    this.legs = legs
    this.markets = markets
  }

  /** Puts the price at which equity reaches 0 beside the stops of the shorts of each market. */
  limitLosses(): void {
    const { legs, markets } = this
    for (const market of markets) {
      if (!market.isOpen) continue
      let own = 0
      let others = this.desk.account.cash
      for (const { position, market: other } of legs) {
        if (other === market) own += position.quantity
        else if (position.quantity !== 0) {
          others += position.quantity * (other.isOpen ? other.lastClose : other.price)
        }
      }
      if (own >= 0) continue
      const level = others / -own
      for (const { market: of, protection } of legs) {
        if (of === market) protection.limitLoss(Math.max(0, level))
      }
    }
  }

  /** Takes those prices away again, and ends trading where one was met. */
  settleRuin(): void {
    const { legs, guard } = this
    for (const { protection } of legs) protection.forgetLoss()
    if (guard.ruinedAt === guard.time) this.ruin()
  }

  /** Step 3: the last point of the curve against ruin and the account's limits. */
  mark(): RiskVerdict {
    const { guard } = this
    if (guard.equity <= 0 && !guard.isRuined) {
      guard.ruinedAt = guard.time
      this.ruin()
    }
    const verdict = guard.mark()
    if (verdict !== null) this.cancelOrders()
    return verdict
  }

  /** A breach holds for all legs; those whose market is closed leave at its next open. */
  enforce(verdict: RiskVerdict): void {
    const { guard, desk } = this
    const { equity } = guard
    if (guard.isRuined) {
      for (const leg of this.legs) leg.orderOut('ruin')
      return
    }
    if (verdict !== null) {
      for (const limit of verdict) {
        const value = limit === 'maxDrawdown' ? guard.drawdown(equity) : guard.dailyLoss(equity)
        this.speaker().bookings.announceBreach(limit, value, this.limits[limit]!)
      }
      for (const leg of this.legs) leg.orderOut('risk_limit')
      return
    }
    if (this.limits.maxExposure === null) return
    const gross = desk.gross()
    if (gross > 0 && guard.isOverexposed(equity, gross)) this.trim(equity, gross)
  }

  /** Cancels all that rests: nothing of it may fill any more. */
  cancelOrders(): void {
    for (const leg of this.legs) leg.resting.book.cancelResting()
  }

  private ruin(): void {
    this.speaker().bookings.announceBreach('ruin', this.desk.equity(), 0)
    for (const leg of this.legs) leg.orderOut('ruin')
  }

  /** Sells every leg down by the same share, so that together they are within the limit. */
  private trim(equity: number, gross: number): void {
    const limit = this.limits.maxExposure!
    const isLeaving = (leg: Leg): boolean => leg.position.quantity === 0 || leg.isOrderedOut()
    if (this.legs.every(isLeaving)) return
    this.speaker().bookings.announceBreach('maxExposure', gross / equity, limit)
    const share = (limit * equity) / gross
    for (const leg of this.legs) leg.orderTrim(Math.abs(leg.position.quantity) * share)
  }

  /** The leg that tells of what holds for all: the first that takes part at this time. */
  private speaker(): Leg {
    return this.legs.find(({ market }) => market.isOpen)!
  }
}
