import type { BaseUnits } from '../../account/money.js'

/** What a transaction must do, and no more, for it to be signed. */
export interface SignedSwap {
  /** Id of the order that it serves. */
  readonly order: string
  /** Mint of the token that leaves the wallet. */
  readonly givesMint: string
  /** Mint of the token that comes in. */
  readonly takesMint: string
  /** What leaves, units of the token given; above 0. */
  readonly amount: BaseUnits
  /** The transaction must fail where it would bring less, units of the token taken. */
  readonly least: BaseUnits
  /** Worth of the swap, units of the quote token: what the caps count. */
  readonly worth: BaseUnits
  /** The network and priority fee may be no more, lamports. */
  readonly feeMax: BaseUnits
}

/** A signed transaction, or why it was not signed: caps, keys and contents are the signer's to judge. */
export type SignAnswer =
  | {
      readonly kind: 'signed'
      /** Bytes to send. */
      readonly transaction: Uint8Array
      /** Its first signature, base58: the name by which the chain knows it. */
      readonly signature: string
    }
  | { readonly kind: 'refused'; readonly reason: string }

/** The only holder of the key. It runs in a process of its own, and no other code sees the key. */
export interface Signer {
  /** Address of the wallet, base58. */
  readonly address: string
  /** Signs a transaction that is the swap it is said to be. @throws where the signer is away */
  sign(transaction: Uint8Array, swap: SignedSwap): Promise<SignAnswer>
}
