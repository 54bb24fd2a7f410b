import type { Millis } from '../candles/time.js'

/** What a strategy is let do. */
export type PromotionTarget = 'paper' | 'live'

/** A decision on whether a run may trade, with all that it rests on. */
export interface PromotionRecord {
  readonly promotionId: string
  /** The run that it is about. */
  readonly runId: string
  readonly target: PromotionTarget
  readonly symbol: string
  readonly verdict: 'promoted' | 'refused'
  readonly createdAt: Millis
  /** Of the run, as plain JSON; checked where it is read. */
  readonly manifest: unknown
  /** What was asked, and what the answers were, as plain JSON. */
  readonly gates: unknown
  /** Why it was promoted though gates refused it; null where none did. */
  readonly overrideReason: string | null
  /** When and why it was taken back; null while it holds. */
  readonly revokedAt: Millis | null
  readonly revokedReason: string | null
}

export interface PromotionRepository {
  save(promotion: PromotionRecord): Promise<void>
  find(promotionId: string): Promise<PromotionRecord | undefined>
  /** Newest first. */
  list(limit?: number): Promise<readonly PromotionRecord[]>
  /** Takes a promotion back, for good. @returns false where it is not there, or was taken back before */
  revoke(promotionId: string, reason: string, at: Millis): Promise<boolean>
}
