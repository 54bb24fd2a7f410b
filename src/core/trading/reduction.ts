import type { Position } from '../account/position.js'
import type { RiskGuard } from '../risk/guard.js'
import type { Intent } from '../strategy/intent.js'

interface Standing {
  readonly position: Pick<Position, 'quantity' | 'side'>
  /** The last target that was filled; NaN for none. */
  readonly target: number
  /** Whether its leg alone is paused. */
  readonly isPaused: boolean
  readonly desk: { readonly guard: RiskGuard }
}

/**
 * Whether limits and a pause let a leg hear its strategy. In a pause it hears what leaves a position or a
 * part of it, what moves its levels, and resting orders, of which each that enters is refused by itself.
 */
export function mayHear(
  said: Intent,
  { position, target, isPaused, desk: { guard } }: Standing,
): boolean {
  const halt = guard.haltOn(guard.day, isPaused)
  if (halt !== 'paused') return halt === null
  if (said.kind !== 'target') return true
  if (position.quantity === 0) return false
  const { exposure } = said
  return exposure * position.side <= 0 || Math.abs(exposure) <= Math.abs(target)
}
