import type { Leg } from '../../../core/trading/leg.js'

/** Entries and orders of a leg that limits of the portfolio refused. */
export function refusedByLimits({ counts }: Leg): number {
  const { refused } = counts
  let total = counts.halted
  for (const name in refused)
    if (name.startsWith('max_')) total += refused[name as keyof typeof refused]!
  return total
}
