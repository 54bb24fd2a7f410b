import type { Instruction } from '../solana/transaction/transaction.js'

/** What an instruction of Jupiter's program is bound to. */
export interface Route {
  readonly user: string
  /** Token account that is debited. */
  readonly source: string
  /** Token account that is credited. */
  readonly target: string
  /** A further account that may be credited instead; undefined for none. */
  readonly otherTarget: string | undefined
  readonly sourceMint: string
  readonly targetMint: string
  readonly amount: bigint
  /** It fails where it would bring less. */
  readonly least: bigint
  readonly platformFeeBps: number
  readonly positiveSlippageBps: number
}

interface Layout {
  /** Where its terms begin in the data. */
  readonly terms: number
  readonly user: number
  readonly source: number
  readonly target: number
  readonly otherTarget: number | null
  readonly mints: number
}

/**
 * The instructions of version 2, by their discriminators. They alone have their terms at fixed places:
 * in those of version 1 a route of any length stands before them, and bytes after them are ignored.
 */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  // route_v2
  bb64facc31c4af14: { terms: 8, user: 0, source: 1, target: 2, otherTarget: 7, mints: 3 },
  // shared_accounts_route_v2
  d19853937cfed8e9: { terms: 9, user: 1, source: 2, target: 5, otherTarget: null, mints: 6 },
}
const TERMS_BYTES = 22

/** Reads an instruction of Jupiter's program; undefined for one whose terms do not stand at fixed places. */
export function routeIn({ accounts, data, program }: Instruction): Route | undefined {
  const layout = LAYOUTS[Buffer.from(data.subarray(0, 8)).toString('hex')]
  if (layout === undefined || data.length < layout.terms + TERMS_BYTES) return undefined
  const view = new DataView(data.buffer, data.byteOffset + layout.terms)
  const account = (k: number): string => accounts[k] ?? ''
  const [quoted, slippageBps] = [view.getBigUint64(8, true), view.getUint16(16, true)]
  const other = layout.otherTarget === null ? program : account(layout.otherTarget)
  return {
    user: account(layout.user),
    source: account(layout.source),
    target: account(layout.target),
    // Its own program stands where there is none.
    otherTarget: other === program ? undefined : other,
    sourceMint: account(layout.mints),
    targetMint: account(layout.mints + 1),
    amount: view.getBigUint64(0, true),
    least: slippageBps > 10_000 ? 0n : (quoted * BigInt(10_000 - slippageBps)) / 10_000n,
    platformFeeBps: view.getUint16(18, true),
    positiveSlippageBps: view.getUint16(20, true),
  }
}
