import type { Clock } from '../../../core/ports/clock.js'
import type { PromotionRecord, PromotionRepository } from '../../../core/ports/promotions.js'
import { isAway } from '../../../live/away.js'
import { pause } from '../../../live/feed/pause.js'
import type { RunnerInput } from '../../../live/runner/runner-input.js'

const POLL_MS = 5_000

/** Why a session on a promotion may enter nothing any more; null while it may. */
export function revocation(
  promotion: Pick<PromotionRecord, 'promotionId' | 'revokedAt' | 'revokedReason'> | undefined,
): string | null {
  if (promotion === undefined || promotion.revokedAt === null) return null
  return `promotion ${promotion.promotionId} was revoked: ${promotion.revokedReason}`
}

/** Nothing is entered on a promotion that was revoked; what is held is managed until it is left. */
export function revoked(reason: string, at: number): RunnerInput {
  return { kind: 'hold', at, name: 'promotion', isOn: true, reason }
}

/** Looks whether a promotion still holds, until it does not. */
export async function* watchPromotion(
  promotions: Pick<PromotionRepository, 'find'>,
  promotionId: string,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<readonly RunnerInput[]> {
  for (; !signal.aborted; await pause(clock, signal, POLL_MS)) {
    const reason = await revocationOf(promotions, promotionId)
    if (reason === null) continue
    yield [revoked(reason, clock.now())]
    return
  }
}

async function revocationOf(
  promotions: Pick<PromotionRepository, 'find'>,
  promotionId: string,
): Promise<string | null> {
  try {
    return revocation(await promotions.find(promotionId))
  } catch (error) {
    // The session waits for its database anyway.
    if (isAway(error)) return null
    throw error
  }
}
