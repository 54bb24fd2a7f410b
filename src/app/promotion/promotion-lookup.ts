import { AppError } from '../../core/errors.js'
import { nearestName } from '../../core/names.js'
import type { PromotionRecord } from '../../core/ports/promotions.js'
import type { Workspace } from '../workspace/compose.js'

/** A promotion by id, by the beginning of it, or `latest`. @throws AppError UNKNOWN_PROMOTION */
export async function findPromotion(
  workspace: Workspace,
  reference: string,
): Promise<PromotionRecord> {
  const promotions = await workspace.promotions()
  const known = await promotions.list(10_000)
  const matches =
    reference === 'latest'
      ? known.slice(0, 1)
      : known.filter(
          ({ promotionId: id }) =>
            id === reference || (reference.length >= 4 && id.startsWith(reference)),
        )
  if (matches.length === 1) return matches[0]!
  const near = nearestName(
    reference,
    known.map(({ promotionId }) => promotionId),
  )
  throw new AppError('UNKNOWN_PROMOTION', `there is no promotion "${reference}"`, {
    hint: near ? `did you mean ${near}?` : 'assay promotions list shows them',
  })
}
