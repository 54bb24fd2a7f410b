import type { Account } from '../account/account.js'

/**
 * What one leg has brought and cost a shared account: the account before and after each of its
 * moves, and its gain at every time of the portfolio.
 */
export class LegLedger {
  /** Cash moved and position held, quote currency, at the close of each time. */
  readonly gains: Float64Array
  cash = 0
  notional = 0
  feesPaid = 0
  txCostsPaid = 0
  slippagePaid = 0
  candlesInMarket = 0
  private readonly account: Account
  private cashBefore = 0
  private notionalBefore = 0
  private feesBefore = 0
  private txCostsBefore = 0
  private slippageBefore = 0

  constructor(account: Account, points: number) {
    this.account = account
    this.gains = new Float64Array(points)
  }

  /** The leg is about to move. */
  open(): void {
    const { account } = this
    this.cashBefore = account.cash
    this.notionalBefore = account.notional
    this.feesBefore = account.feesPaid
    this.txCostsBefore = account.txCostsPaid
    this.slippageBefore = account.slippagePaid
  }

  /** The leg has moved. */
  close(): void {
    const { account } = this
    this.cash += account.cash - this.cashBefore
    this.notional += account.notional - this.notionalBefore
    this.feesPaid += account.feesPaid - this.feesBefore
    this.txCostsPaid += account.txCostsPaid - this.txCostsBefore
    this.slippagePaid += account.slippagePaid - this.slippageBefore
  }
}
