import type { Clock } from '../../../core/ports/clock.js'
import type {
  PromotionRecord,
  PromotionRepository,
} from '../../../core/ports/trading/promotions.js'
import { isAway } from '../../../live/away.js'
import { pause } from '../../../live/feed/pause.js'
import type { RunnerInput } from '../../../live/runner/runner-input.js'
import type { SessionPromotion } from './session-promotion.js'

const POLL_MS = 5_000

/** Why a session on a promotion may enter nothing any more; null while it may. */
export function revocation(
  promotion: Pick<PromotionRecord, 'promotionId' | 'revokedAt' | 'revokedReason'> | undefined,
): string | null {
  if (promotion === undefined || promotion.revokedAt === null) return null
  return `promotion ${promotion.promotionId} was revoked: ${promotion.revokedReason}`
}

/** A promotion of a session that was revoked, and why. */
export interface Revoked {
  readonly promotion: SessionPromotion
  readonly reason: string
}

/** The promotions of a session that were revoked. */
export async function revokedOf(
  repository: Pick<PromotionRepository, 'find'>,
  promotions: readonly SessionPromotion[],
): Promise<readonly Revoked[]> {
  const revoked: Revoked[] = []
  for (const promotion of promotions) {
    const reason = revocation(await repository.find(promotion.promotionId))
    if (reason !== null) revoked.push({ promotion, reason })
  }
  return revoked
}

/**
 * Nothing is entered on a promotion that was revoked; what is held is managed until it is left. Of
 * several promotions only the legs of this one are held.
 */
export function revocationHold(
  { promotion, reason }: Revoked,
  at: number,
  isOnlyOne: boolean,
): RunnerInput {
  const { promotionId, symbol, strategies } = promotion
  const hold = { kind: 'hold', at, isOn: true, reason } as const
  return isOnlyOne
    ? { ...hold, name: 'promotion' }
    : { ...hold, name: `promotion ${promotionId}`, legs: { symbol, strategies } }
}

/** Looks whether the promotions of a session still hold, until none of them does. */
export async function* watchPromotions(
  repository: Pick<PromotionRepository, 'find'>,
  promotions: readonly SessionPromotion[],
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<readonly RunnerInput[]> {
  const isOnlyOne = promotions.length === 1
  let left = promotions
  for (; !signal.aborted && left.length > 0; await pause(clock, signal, POLL_MS)) {
    const revoked = await revokedNow(repository, left)
    if (revoked.length === 0) continue
    left = left.filter(one => !revoked.some(({ promotion }) => promotion === one))
    yield revoked.map(one => revocationHold(one, clock.now(), isOnlyOne))
  }
}

async function revokedNow(
  repository: Pick<PromotionRepository, 'find'>,
  promotions: readonly SessionPromotion[],
): Promise<readonly Revoked[]> {
  try {
    return await revokedOf(repository, promotions)
  } catch (error) {
    // The session waits for its database anyway.
    if (isAway(error)) return []
    throw error
  }
}
