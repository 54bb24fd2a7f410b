import { assert, assertNever } from '../assert.js'
import type { RiskGuard } from '../risk/guard.js'
import type { Leg } from '../trading/leg.js'

/** An operator's order to a running session; `leg` where it means one alone. */
export type Command =
  | { readonly name: 'pause' | 'resume' | 'halt'; readonly leg?: undefined }
  | { readonly name: 'flatten'; readonly leg?: number }
  /** Share of what is held that is to go, 0 to 1. */
  | { readonly name: 'reduce'; readonly share: number; readonly leg?: number }

/** Does what an operator orders: orders that follow from it leave like any others. */
export function obey(
  command: Command,
  { guard, legs }: { readonly guard: RiskGuard; readonly legs: readonly Leg[] },
): void {
  const meant = command.leg === undefined ? legs : legs.filter(({ index }) => index === command.leg)
  switch (command.name) {
    case 'pause':
      guard.isPaused = true
      return
    case 'resume':
      guard.isPaused = false
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
