import type { Chain, SeenStatus } from '../solana/chain.js'

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
