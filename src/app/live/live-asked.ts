import type { RunRequest } from '../../backtest/run/record/run-request.js'
import { splitSymbol } from '../../core/candles/symbols.js'
import { AppError } from '../../core/errors.js'
import type { StoredSession } from '../../core/ports/sessions.js'
import { textOption } from '../options/options.js'
import { findPromotion } from '../promotion/promotion-lookup.js'
import { DEFAULT_SOURCE } from '../sources/fetch-plan.js'
import type { Workspace } from '../workspace/compose.js'
import { newId } from '../workspace/new-id.js'
import type { LiveOptions } from './live-options.js'
import { promotedRequest } from './promotion/promoted-request.js'
import { revocation } from './promotion/promotion-watch.js'
import { currentManifest } from './session/session-history.js'
import { findSession } from './session/session-lookup.js'
import { requestToGoOn, withoutRange } from './session/session-manifest.js'

/** A live session that is asked for: a new one, or one to go on with. */
export interface AskedSession {
  readonly sessionId: string
  readonly request: RunRequest
  readonly promotionId: string
  readonly feed: string
  readonly stored: StoredSession | null
  /** Why it enters nothing; null where it may. */
  readonly heldBack: string | null
}

/** A new session on a promotion, or one to go on with. @throws AppError USAGE, NOT_PROMOTED */
export async function askedSession(
  workspace: Workspace,
  options: LiveOptions,
): Promise<AskedSession> {
  const reference = textOption(options, 'session')
  if (reference !== undefined) return resumedSession(workspace, reference)
  const promotion = textOption(options, 'promotion')
  if (promotion === undefined) {
    throw new AppError('USAGE', '--promotion is missing: live trading needs one', {
      hint: 'assay promote RUN --to live makes one; assay promotions list shows them',
    })
  }
  const { request, promotionId } = await promotedRequest(workspace, promotion, {})
  await requireLivePromotion(workspace, promotionId)
  const { source } = splitSymbol(request.symbol)
  const feed = textOption(options, 'feed') ?? source ?? request.source ?? DEFAULT_SOURCE
  const sessionId = newId()
  return {
    sessionId,
    request: withoutRange(request),
    promotionId,
    feed,
    stored: null,
    heldBack: null,
  }
}

async function resumedSession(workspace: Workspace, reference: string): Promise<AskedSession> {
  const store = await workspace.sessions()
  const stored = await findSession(store, reference)
  const { record } = stored
  const { sessionId, promotionId, feed } = record
  if (record.mode !== 'live' || record.state !== 'running' || promotionId === null) {
    throw new AppError('USAGE', `session ${sessionId} is not a live session that can be resumed`, {
      hint: `assay sessions show ${sessionId}`,
    })
  }
  const heldBack = await heldBackBy(workspace, promotionId, record)
  const request = await requestToGoOn(workspace, sessionId, await currentManifest(store, record))
  return { sessionId, request, promotionId, feed, stored, heldBack }
}

/** A session goes on without its promotion for as long as there is something to leave. */
async function heldBackBy(
  workspace: Workspace,
  promotionId: string,
  { status }: StoredSession['record'],
): Promise<string | null> {
  const reason = revocation(await findPromotion(workspace, promotionId))
  const hasOpen = (status?.positions.length ?? 0) + (status?.orders.length ?? 0) > 0
  if (reason === null || !hasOpen) await requireLivePromotion(workspace, promotionId)
  return reason
}

async function requireLivePromotion(workspace: Workspace, promotionId: string): Promise<void> {
  const { target, revokedAt } = await findPromotion(workspace, promotionId)
  if (target === 'live' && revokedAt === null) return
  const why = revokedAt === null ? `is to ${target}` : 'was revoked'
  throw new AppError('NOT_PROMOTED', `promotion ${promotionId} ${why}`, {
    hint: 'promote the run to live: assay promote RUN --to live',
  })
}
