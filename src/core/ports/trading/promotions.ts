import type { Millis } from '../../candles/time.js'

/** What a strategy is let do. */
export type PromotionTarget = 'paper' | 'live'

/** A decision on whether a run may trade, with all that it rests on. */
export interface PromotionRecord {
  /** Sixteen hexadecimal digits. */
  readonly promotionId: string
  /** The run that it is about. */
  readonly runId: string
  /** What it lets the run do. */
  readonly target: PromotionTarget
  /** The market that it may trade. */
  readonly symbol: string
  /** What was decided. */
  readonly verdict: 'promoted' | 'refused'
  /** When, UTC milliseconds. */
  readonly createdAt: Millis
  /** Of the run, as plain JSON; checked where it is read. */
  readonly manifest: unknown
  /** What was asked, and what the answers were, as plain JSON. */
  readonly gates: unknown
  /** Why it was promoted though gates refused it; null where none did. */
  readonly overrideReason: string | null
  /** When and why it was taken back; null while it holds. */
  readonly revokedAt: Millis | null
  /** Why it was taken back; null while it holds. */
  readonly revokedReason: string | null
}

export interface PromotionRepository {
  /** Keeps a decision, for good. */
  save(promotion: PromotionRecord): Promise<void>
  /** A decision by its id; undefined where there is none. */
  find(promotionId: string): Promise<PromotionRecord | undefined>
  /** Newest first. */
  list(limit?: number): Promise<readonly PromotionRecord[]>
  /** Takes a promotion back, for good. @returns false where it is not there, or was taken back before */
  revoke(promotionId: string, reason: string, at: Millis): Promise<boolean>
}
