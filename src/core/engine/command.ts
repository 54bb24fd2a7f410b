import { assert, assertNever } from '../assert.js'
import type { RiskGuard } from '../risk/guard.js'
import type { Leg } from '../trading/leg.js'

/** The legs that a command means, by their index: one alone, or several. */
export type MeantLegs = number | readonly number[]

/** An operator's order to a running session; `leg` where it does not mean all. */
export type Command =
  | { readonly name: 'halt'; readonly leg?: undefined }
  | { readonly name: 'pause' | 'resume' | 'flatten'; readonly leg?: MeantLegs }
  /** Share of what is held that is to go, 0 to 1. */
  | { readonly name: 'reduce'; readonly share: number; readonly leg?: MeantLegs }

/** Does what an operator orders: orders that follow from it leave like any others. */
export function obey(
  command: Command,
  { guard, legs }: { readonly guard: RiskGuard; readonly legs: readonly Leg[] },
): void {
  const { leg: named } = command
  const indices = typeof named === 'number' ? [named] : named
  const meant = indices === undefined ? legs : legs.filter(({ index }) => indices.includes(index))
  switch (command.name) {
    case 'pause':
    case 'resume':
      // The account and each leg are paused apart: who pauses all and resumes all changes no leg's own.
      if (indices === undefined) guard.isPaused = command.name === 'pause'
      else for (const leg of meant) leg.isPaused = command.name === 'pause'
      return
    case 'reduce':
      assert(command.share >= 0 && command.share <= 1, 'a share of what is held is from 0 to 1')
      for (const leg of meant) {
        leg.order.clear()
        leg.orderTrim(Math.abs(leg.position.quantity) * (1 - command.share))
      }
      return
    case 'flatten':
      for (const leg of meant) leg.orderOut('risk_limit')
      return
    case 'halt':
      guard.halt()
      for (const leg of legs) leg.orderOut('risk_limit')
      return
    default:
      assertNever(command)
  }
}
