import type { Chain, Commitment, SeenStatus } from '../solana/rpc/chain.js'

/** How many nodes must deny a transaction, where there are so many. */
const WITNESSES = 2

/**
 * Whether a transaction is in no block up to a slot, by what nodes say: none knows of it, and two that
 * have come so far deny it, or the only one that there is. A node that is behind knows nothing yet, and
 * one that has lost its history knows nothing any more.
 */
export function isAbsent(
  seen: readonly SeenStatus[],
  slot: number,
  { nodes }: Pick<Chain, 'nodes'>,
): boolean {
  if (seen.some(({ found }) => found !== null)) return false
  const deny = seen.filter(({ seenAt }) => seenAt >= slot)
  return deny.length >= Math.min(WITNESSES, nodes)
}

const ORDER: readonly Commitment[] = ['processed', 'confirmed', 'finalized']

/** The most that any node knows of a transaction; null where none knows of it. */
export function mostKnown(seen: readonly SeenStatus[]): SeenStatus['found'] {
  return seen.reduce<SeenStatus['found']>((most, { found }) => {
    if (found === null || most === null) return found ?? most
    return ORDER.indexOf(found.commitment) > ORDER.indexOf(most.commitment) ? found : most
  }, null)
}
