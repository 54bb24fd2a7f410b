/** What is still held where a run ends with a position open. */
export interface OpenPosition {
  readonly strategy: string
  /** Signed: below 0 for a short. */
  readonly quantity: number
  readonly entryPrice: number
  /** Worth at the last close against the entry, costs of the entry taken off. */
  readonly unrealised: number
}
