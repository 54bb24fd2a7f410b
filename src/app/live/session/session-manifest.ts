import type { Manifest } from '../../../backtest/run/record/manifest.js'
import type { RunRequest } from '../../../backtest/run/record/run-request.js'
import { splitSymbol } from '../../../core/candles/symbols.js'
import { requestOfRun } from '../../backtest/stored/stored-run.js'
import type { Workspace } from '../../workspace/compose.js'
import type { SessionRecord } from '../../../core/ports/sessions.js'
import { manifestSchema } from '../../records/manifest-schema.js'
import { readStored } from '../../records/stored-manifest.js'
import { requireSameSources } from '../promotion/promoted-request.js'

/** What a session runs, as it was started. @throws AppError BAD_RECORD where it is damaged */
export function manifestOfSession({
  sessionId,
  manifest,
}: Pick<SessionRecord, 'sessionId' | 'manifest'>): Manifest {
  const whole = { decide_from: null, ...(Object(manifest) as object) }
  return readStored(manifestSchema, whole, `session ${sessionId}`)
}

/**
 * The request of a session, its strategies loaded; its candles come from its feed, not from a range.
 * @throws AppError UNKNOWN_STRATEGY
 */
export async function requestOfSession(
  workspace: Workspace,
  manifest: Manifest,
): Promise<RunRequest> {
  return withoutRange(await requestOfRun(workspace, manifest))
}

/**
 * What a session goes on with: its settings that held last, by the sources that it was started with.
 * @throws AppError BAD_RECORD, UNKNOWN_STRATEGY; NOT_PROMOTED where the source of a strategy has changed
 */
export async function requestToGoOn(
  workspace: Workspace,
  sessionId: string,
  manifest: Manifest,
): Promise<RunRequest> {
  const request = await requestOfSession(workspace, manifest)
  requireSameSources(manifest, request, `session ${sessionId} began`)
  return request
}

/** A request whose candles begin now. */
export function withoutRange(request: RunRequest): RunRequest {
  const { references: _references, ...rest } = request
  const { symbol } = splitSymbol(request.symbol)
  return { ...rest, symbol, from: null, to: null, warmFrom: null, decideFrom: null, detail: null }
}
