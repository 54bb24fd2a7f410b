import { assert } from '../assert.js'

/**
 * A pot of quote currency with what trading has cost so far: the one that every leg trades from, and
 * for each leg what it has brought to it, beginning with 0.
 */
export class Account {
  readonly capital: number
  cash: number
  feesPaid = 0
  txCostsPaid = 0
  slippagePaid = 0
  /** Value of all fills. */
  notional = 0

  constructor(capital: number) {
    this.capital = capital
    this.cash = capital
  }

  save(): SavedLedger {
    const { cash, feesPaid, txCostsPaid, slippagePaid, notional } = this
    return { cash, feesPaid, txCostsPaid, slippagePaid, notional }
  }

  restore(saved: SavedLedger): void {
    assert(Number.isFinite(saved.cash), 'saved cash is not a number')
    assert(saved.notional >= 0 && saved.notional < Infinity, 'the value of saved fills is none')
    this.cash = saved.cash
    this.feesPaid = saved.feesPaid
    this.txCostsPaid = saved.txCostsPaid
    this.slippagePaid = saved.slippagePaid
    this.notional = saved.notional
  }
}

export interface SavedLedger {
  /** Quote currency not in positions. */
  readonly cash: number
  /** Fees of all fills, quote currency. */
  readonly feesPaid: number
  /** Costs of all transactions, quote currency. */
  readonly txCostsPaid: number
  /** What all prices were worse than their references, quote currency. */
  readonly slippagePaid: number
  /** Value of all fills, quote currency. */
  readonly notional: number
}
