import { snakeKeys } from '../../../core/canonical.js'
import type { SessionRecord } from '../../../core/ports/trading/sessions.js'

/** A promotion that a session runs on, and the legs that it lets trade. */
export interface SessionPromotion {
  readonly promotionId: string
  readonly symbol: string
  /** Names of its strategies. */
  readonly strategies: readonly string[]
}

/** What is kept of the promotions of a session beside its manifest: nothing where there is one or none. */
export function promotionFacts(
  promotions: readonly SessionPromotion[],
): Readonly<Record<string, unknown>> {
  return promotions.length < 2 ? {} : { promotions: promotions.map(one => snakeKeys(one)) }
}

interface KeptPromotion {
  readonly promotion_id: string
  readonly symbol: string
  readonly strategies: readonly string[]
}

/** What a session runs on; none for a session by flags alone. */
export function promotionsOf({
  promotionId,
  symbols,
  strategies,
  manifest,
}: Pick<
  SessionRecord,
  'promotionId' | 'symbols' | 'strategies' | 'manifest'
>): readonly SessionPromotion[] {
  if (promotionId === null) return []
  const { promotions } = Object(manifest) as { readonly promotions?: readonly KeptPromotion[] }
  if (promotions === undefined) return [{ promotionId, symbol: symbols[0]!, strategies }]
  return promotions.map(({ promotion_id: id, ...of }) => ({ promotionId: id, ...of }))
}
