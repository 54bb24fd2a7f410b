import {
  isPortfolioManifest,
  manifestOfSymbol,
  type PortfolioManifest,
} from '../../../backtest/portfolio/portfolio-manifest.js'
import { requestOne, type SessionRequest } from '../../../backtest/portfolio/session-request.js'
import type { Manifest, ManifestStrategy } from '../../../backtest/run/record/manifest.js'
import type { RunRequest } from '../../../backtest/run/record/run-request.js'
import { splitSymbol } from '../../../core/candles/symbols.js'
import { requestOfRun } from '../../backtest/stored/stored-run.js'
import { requestOfPortfolio } from '../../portfolio/portfolio-stored.js'
import type { Workspace } from '../../workspace/compose.js'
import type { SessionRecord } from '../../../core/ports/trading/sessions.js'
import { manifestSchema, portfolioSchema } from '../../records/manifest-schema.js'
import { readStored } from '../../records/stored-manifest.js'
import { requireSameSources } from '../promotion/promoted-request.js'

/** What a session runs: one symbol, or several on one account. */
export type SessionManifest = Manifest | PortfolioManifest

/** Settings of a symbol, as an input of a session keeps them; its only one where none is named. */
export interface ChangedStrategies {
  readonly symbol?: string
  readonly strategies: readonly ManifestStrategy[]
}

/** What a session runs, as it was started. @throws AppError BAD_RECORD where it is damaged */
export function manifestOfSession({
  sessionId,
  manifest,
}: Pick<SessionRecord, 'sessionId' | 'manifest'>): SessionManifest {
  const what = `session ${sessionId}`
  if (!isPortfolioManifest(manifest)) {
    return readStored(manifestSchema, { decide_from: null, ...(Object(manifest) as object) }, what)
  }
  const symbols = manifest.symbols.map(part => ({ ...part, decide_from: null }))
  return readStored(portfolioSchema, { ...manifest, symbols }, what)
}

/** The manifest that each symbol of a session would have alone, in canonical order. */
export function symbolManifests(manifest: SessionManifest): readonly Manifest[] {
  if (!isPortfolioManifest(manifest)) return [manifest]
  return manifest.symbols.map(part => manifestOfSymbol(manifest, part))
}

/** The manifest with other settings of a symbol. */
export function changedManifest(
  manifest: SessionManifest,
  { symbol, strategies }: ChangedStrategies,
): SessionManifest {
  if (!isPortfolioManifest(manifest)) return { ...manifest, strategies }
  const symbols = manifest.symbols.map(part =>
    part.symbol === symbol ? { ...part, strategies } : part,
  )
  return { ...manifest, symbols }
}

/** What a session asks of stored candles, as it did. @throws AppError UNKNOWN_STRATEGY */
export async function storedRequest(
  workspace: Workspace,
  manifest: SessionManifest,
): Promise<SessionRequest> {
  return isPortfolioManifest(manifest)
    ? requestOfPortfolio(workspace, manifest)
    : requestOne(await requestOfRun(workspace, manifest))
}

/**
 * The request of a session, its strategies loaded; its candles come from its feed, not from a range.
 * @throws AppError UNKNOWN_STRATEGY
 */
export async function requestOfSession(
  workspace: Workspace,
  manifest: SessionManifest,
): Promise<SessionRequest> {
  return withoutRange(await storedRequest(workspace, manifest))
}

/**
 * What a session goes on with: its settings that held last, by the sources that it was started with.
 * @throws AppError BAD_RECORD, UNKNOWN_STRATEGY; NOT_PROMOTED where the source of a strategy has changed
 */
export async function requestToGoOn(
  workspace: Workspace,
  sessionId: string,
  manifest: SessionManifest,
): Promise<SessionRequest> {
  const request = await requestOfSession(workspace, manifest)
  symbolManifests(manifest).forEach((part, m) =>
    requireSameSources(part, request.runs[m]!, `session ${sessionId} began`),
  )
  return request
}

/** A request whose candles begin now. */
export function withoutRange({ runs, allocation }: SessionRequest): SessionRequest {
  return { runs: runs.map(fromNowOn), allocation }
}

function fromNowOn(run: RunRequest): RunRequest {
  const { references: _references, ...rest } = run
  const { symbol } = splitSymbol(run.symbol)
  return { ...rest, symbol, from: null, to: null, warmFrom: null, decideFrom: null, detail: null }
}
