import type { PromotionRecord } from '../../core/ports/trading/promotions.js'
import { findRecord, type StoredRecords } from '../records/record-lookup.js'
import type { Workspace } from '../workspace/compose.js'

/** A promotion by id, by the beginning of it, or `latest`. @throws AppError UNKNOWN_PROMOTION */
export async function findPromotion(
  workspace: Workspace,
  reference: string,
): Promise<PromotionRecord> {
  const promotions = await workspace.promotions()
  const known: StoredRecords<PromotionRecord> = {
    noun: 'promotion',
    code: 'UNKNOWN_PROMOTION',
    hint: 'assay promotions list shows them',
    get: id => promotions.find(id),
    latest: async () => (await promotions.list(1))[0],
    ids: async limit => (await promotions.list(limit)).map(({ promotionId }) => promotionId),
  }
  return findRecord(known, reference)
}
