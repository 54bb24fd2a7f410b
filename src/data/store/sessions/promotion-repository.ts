import type {
  PromotionRecord,
  PromotionRepository,
} from '../../../core/ports/trading/promotions.js'
import { formatTime } from '../../../core/candles/time.js'
import type { Database, Row } from '../../postgres/session.js'
import { epochMillis, epochMillisOrNull } from '../../postgres/sql.js'

const PROMOTION = `select promotion_id, run_id, target, symbol, verdict,
  extract(epoch from created_at) as created_at, manifest, gates, override_reason,
  extract(epoch from revoked_at) as revoked_at, revoked_reason from promotions`

/** Promotions in either database. They are never changed, but for being taken back. */
export function createPromotionRepository(database: Database): PromotionRepository {
  return {
    save: async promotion => {
      const { promotionId, runId, target, symbol, verdict, createdAt } = promotion
      await database.query(
        `insert into promotions (promotion_id, run_id, target, symbol, verdict, created_at, manifest,
           gates, override_reason)
         values ($1, $2, $3, $4, $5, $6::text::timestamptz, $7::text::jsonb, $8::text::jsonb, $9)`,
        [
          promotionId,
          runId,
          target,
          symbol,
          verdict,
          formatTime(createdAt),
          JSON.stringify(promotion.manifest),
          JSON.stringify(promotion.gates),
          promotion.overrideReason,
        ],
      )
    },
    find: async promotionId => {
      const [row] = await database.query(`${PROMOTION} where promotion_id = $1`, [promotionId])
      return row && promotionOf(row)
    },
    list: async (limit = 100) =>
      (
        await database.query(
          `${PROMOTION} order by created_at desc, promotion_id limit $1::bigint`,
          [limit],
        )
      ).map(promotionOf),
    revoke: async (promotionId, reason, at) =>
      (
        await database.query(
          `update promotions set revoked_at = $3::text::timestamptz, revoked_reason = $2
           where promotion_id = $1 and revoked_at is null returning 1`,
          [promotionId, reason, formatTime(at)],
        )
      ).length === 1,
  }
}

function promotionOf(row: Row): PromotionRecord {
  return {
    promotionId: row['promotion_id']!,
    runId: row['run_id']!,
    target: row['target'] as PromotionRecord['target'],
    symbol: row['symbol']!,
    verdict: row['verdict'] as PromotionRecord['verdict'],
    createdAt: epochMillis(row['created_at']!),
    manifest: JSON.parse(row['manifest']!) as unknown,
    gates: JSON.parse(row['gates']!) as unknown,
    overrideReason: row['override_reason'] ?? null,
    revokedAt: epochMillisOrNull(row['revoked_at']),
    revokedReason: row['revoked_reason'] ?? null,
  }
}
