import type { Manifest } from '../../../backtest/run/record/manifest.js'
import type { RunRequest } from '../../../backtest/run/record/run-request.js'
import { AppError } from '../../../core/errors.js'
import type { PromotionRecord } from '../../../core/ports/trading/promotions.js'
import { requestFrom } from '../../backtest/stored/stored-run.js'
import { textOption, timeOption, type Time, type Optional } from '../../options/options.js'
import { findPromotion } from '../../promotion/promotion-lookup.js'
import { manifestSchema } from '../../records/manifest-schema.js'
import { readStored } from '../../records/stored-manifest.js'
import type { Workspace } from '../../workspace/compose.js'

/** What may be said beside a promotion. */
export type PromotedOptions = Optional<{ symbol: string; from: Time; to: Time }>

/**
 * The run that a promotion lets trade, on the market that it is for.
 * @throws AppError UNKNOWN_PROMOTION; NOT_PROMOTED where it was revoked, or a strategy is not what it was
 */
export async function promotedRequest(
  workspace: Workspace,
  reference: string,
  options: PromotedOptions,
): Promise<{ readonly request: RunRequest; readonly promotionId: string }> {
  const promotion = await findPromotion(workspace, reference)
  refuseRevoked(promotion)
  const { promotionId } = promotion
  const what = `the manifest of promotion ${promotionId}`
  const manifest = readStored(manifestSchema, promotion.manifest, what)
  const request = await requestFrom(manifest, workspace.home.cache)
  requireSameSources(manifest, request, `promotion ${promotionId}`)
  const symbol = textOption(options, 'symbol')
  if (symbol !== undefined && symbol !== promotion.symbol) {
    throw notPromoted(
      `promotion ${promotionId} is for ${promotion.symbol}, not ${symbol}`,
      promotionId,
    )
  }
  const [from, to] = [timeOption(options, 'from'), timeOption(options, 'to')]
  const range = {
    from: from ?? request.from,
    to: to ?? request.to,
    warmFrom: null,
    decideFrom: null,
  }
  const market = { ...request.market, symbol: promotion.symbol }
  return { request: { ...request, symbol: promotion.symbol, market, ...range }, promotionId }
}

function refuseRevoked({ promotionId, revokedAt, revokedReason }: PromotionRecord): void {
  if (revokedAt === null) return
  throw notPromoted(`promotion ${promotionId} was revoked: ${revokedReason}`, promotionId)
}

/**
 * Nobody trades by another source than was written down, however a session begins or goes on.
 * @throws AppError NOT_PROMOTED where a strategy has changed since `what`
 */
export function requireSameSources(
  { strategies }: Pick<Manifest, 'strategies'>,
  request: RunRequest,
  what: string,
): void {
  strategies.forEach(({ name, source_hash: then }, k) => {
    const now = request.strategies[k]!.sourceHash
    if (now === then) return
    throw notPromoted(
      `the source of ${name} has changed since ${what}: ${then.slice(0, 12)} then, ${now.slice(0, 12)} now`,
    )
  })
}

function notPromoted(message: string, promotionId?: string): AppError {
  return new AppError('NOT_PROMOTED', message, {
    hint: 'put the source back, or run it again as it is now, and promote that run',
    ...(promotionId !== undefined && { data: { promotionId } }),
  })
}
