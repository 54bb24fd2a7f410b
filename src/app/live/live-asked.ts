import type { SessionRequest } from '../../backtest/portfolio/session-request.js'
import { AppError } from '../../core/errors.js'
import type { StoredSession } from '../../core/ports/trading/sessions.js'
import { listOption, textOption } from '../options/options.js'
import { findPromotion } from '../promotion/promotion-lookup.js'
import type { Workspace } from '../workspace/compose.js'
import { newId } from '../workspace/new-id.js'
import type { LiveOptions } from './live-options.js'
import { promotedSession } from './promotion/promoted-session.js'
import { revokedOf, type Revoked } from './promotion/promotion-watch.js'
import { promotionsOf, type SessionPromotion } from './promotion/session-promotion.js'
import { feedOf } from './runner/market-feed.js'
import { currentManifest } from './session/session-history.js'
import { findSession } from './session/session-lookup.js'
import { requestToGoOn, withoutRange } from './session/session-manifest.js'

/** A live session that is asked for: a new one, or one to go on with. */
export interface AskedSession {
  readonly sessionId: string
  readonly request: SessionRequest
  readonly promotions: readonly SessionPromotion[]
  readonly feed: string
  readonly stored: StoredSession | null
  /** Those of its promotions that were revoked: on them it enters nothing. */
  readonly revoked: readonly Revoked[]
}

/** A new session on promotions, or one to go on with. @throws AppError USAGE, NOT_PROMOTED */
export async function askedSession(
  workspace: Workspace,
  options: LiveOptions,
): Promise<AskedSession> {
  const reference = textOption(options, 'session')
  if (reference !== undefined) return resumedSession(workspace, reference)
  const references = listOption(options, 'promotion')
  if (references.length === 0) {
    throw new AppError('USAGE', '--promotion is missing: live trading needs one', {
      hint: 'assay promote RUN --to live makes one; assay promotions list shows them',
    })
  }
  const { request, promotions } = await promotedSession(workspace, references, options)
  for (const { promotionId } of promotions) await requireLivePromotion(workspace, promotionId)
  const feed = feedOf(request, options)
  const sessionId = newId()
  return {
    sessionId,
    request: withoutRange(request),
    promotions,
    feed,
    stored: null,
    revoked: [],
  }
}

async function resumedSession(workspace: Workspace, reference: string): Promise<AskedSession> {
  const store = await workspace.sessions()
  const stored = await findSession(store, reference)
  const { record } = stored
  const { sessionId, feed } = record
  const promotions = promotionsOf(record)
  if (record.mode !== 'live' || record.state !== 'running' || promotions.length === 0) {
    throw new AppError('USAGE', `session ${sessionId} is not a live session that can be resumed`, {
      hint: `assay sessions show ${sessionId}`,
    })
  }
  const revoked = await revokedBefore(workspace, promotions, record)
  const request = await requestToGoOn(workspace, sessionId, await currentManifest(store, record))
  return { sessionId, request, promotions, feed, stored, revoked }
}

/**
 * A session goes on without one of its promotions for as long as there is something to leave, or
 * another of them lets it trade.
 */
async function revokedBefore(
  workspace: Workspace,
  promotions: readonly SessionPromotion[],
  { status }: StoredSession['record'],
): Promise<readonly Revoked[]> {
  const revoked = await revokedOf(await workspace.promotions(), promotions)
  const hasOpen = (status?.positions.length ?? 0) + (status?.orders.length ?? 0) > 0
  const mayTrade = revoked.length < promotions.length
  for (const { promotionId } of promotions) {
    const isRevoked = revoked.some(({ promotion }) => promotion.promotionId === promotionId)
    if (!isRevoked || !(hasOpen || mayTrade)) await requireLivePromotion(workspace, promotionId)
  }
  return revoked
}

async function requireLivePromotion(workspace: Workspace, promotionId: string): Promise<void> {
  const { target, revokedAt } = await findPromotion(workspace, promotionId)
  if (target === 'live' && revokedAt === null) return
  const why = revokedAt === null ? `is to ${target}` : 'was revoked'
  throw new AppError('NOT_PROMOTED', `promotion ${promotionId} ${why}`, {
    hint: 'promote the run to live: assay promote RUN --to live',
  })
}
