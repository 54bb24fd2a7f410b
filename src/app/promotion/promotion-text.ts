import { formatTime, formatTimeOrNull } from '../../core/candles/time.js'
import type { Gate } from '../../core/promotion/evidence.js'
import type { PromotionRecord } from '../../core/ports/trading/promotions.js'
import { AppError } from '../../core/errors.js'
import { TERMINAL_WIDTH, wrap } from '../../core/text-layout.js'
import { table } from '../../core/text-table.js'
import type { Workspace } from '../workspace/compose.js'
import type { Shown } from '../output/output.js'
import { nextLine } from '../output/next-line.js'
import { findPromotion } from './promotion-lookup.js'
import { gateJson, note, type Promotion } from './promote.js'

/** A decision as programs read it. */
export function promotionJson(promotion: Promotion): object {
  const { run, target, symbol, gates, promotionId, overrideReason, closed } = promotion
  return {
    schema_version: 1,
    verdict: promotionId === null ? 'refused' : 'promoted',
    promotion_id: promotionId,
    run_id: run.runId,
    to: target,
    symbol,
    override_reason: overrideReason,
    gates: gates.map(gateJson),
    refused_by: closed.map(({ name }) => name),
  }
}

/** A decision for people: every gate with figure, limit and verdict. */
export function promotionText(promotion: Promotion): string {
  const { run, target, symbol, gates, promotionId, overrideReason } = promotion
  const lines = [`run ${run.runId} to ${target} on ${symbol}`, '', ...gates.flatMap(gateLines), '']
  if (promotionId === null) return [...lines, 'REFUSED'].join('\n')
  if (overrideReason !== null) lines.push(`OVERRIDDEN: ${overrideReason}`)
  lines.push(`promoted: ${promotionId}`)
  lines.push(nextLine(`assay paper --promotion ${promotionId}`))
  return lines.join('\n')
}

const NAME_WIDTH = 16

function gateLines({ name, figure, limit, passed, reason, isOverridable }: Gate): string[] {
  const mark = passed === null ? '?' : passed ? '+' : '-'
  const fixed = isOverridable || passed === true ? '' : '; no override'
  const indent = ' '.repeat(NAME_WIDTH + 3)
  const head = `${mark} ${name.replaceAll('_', ' ').padEnd(NAME_WIDTH)} ${figure} (${limit}${fixed})`
  if (passed === true) return wrap(head, TERMINAL_WIDTH, indent)
  const why = wrap(reason, TERMINAL_WIDTH - indent.length).map(line => `${indent}${line}`)
  return [...wrap(head, TERMINAL_WIDTH, indent), ...why]
}

/** A decision that was refused, as an error. */
export function refusal({ run, target, closed }: Promotion): AppError {
  const names = closed.map(({ name }) => name).join(', ')
  return new AppError('NOT_PROMOTED', `run ${run.runId} is not promoted to ${target}: ${names}`, {
    hint: closed.every(({ isOverridable }) => isOverridable)
      ? 'the reasons are above; --override "why" promotes it on your word, and shows that for ever'
      : 'the reasons are above; these gates have no override: meet them first',
    data: { gates: closed.map(({ name }) => name) },
  })
}

/** Promotions, newest first. */
export async function listPromotions(workspace: Workspace, limit: number): Promise<Shown> {
  const records = await (await workspace.promotions()).list(limit)
  const json = { promotions: records.map(record => recordJson(record)) }
  if (records.length === 0) {
    return {
      text: `no promotions are stored yet\n${nextLine('assay promote RUN --to paper')}`,
      json,
    }
  }
  const rows = records.map(record => [
    record.promotionId.slice(0, 12),
    formatTime(record.createdAt).slice(0, 10),
    record.target,
    record.symbol,
    record.runId.slice(0, 12),
    standing(record),
  ])
  const heads = ['promotion', 'made', 'to', 'symbol', 'run', 'standing']
  const next = nextLine(`assay promotions show ${records[0]!.promotionId}`)
  return { text: `${table(heads, rows)}\n\n${next}`, json }
}

function standing({ revokedAt, overrideReason }: PromotionRecord): string {
  if (revokedAt !== null) return 'revoked'
  return overrideReason === null ? 'holds' : 'holds, overridden'
}

/** A promotion as programs read it. */
export function recordJson(record: PromotionRecord): Record<string, unknown> {
  return {
    promotion_id: record.promotionId,
    run_id: record.runId,
    to: record.target,
    symbol: record.symbol,
    verdict: record.verdict,
    created_at: formatTime(record.createdAt),
    override_reason: record.overrideReason,
    revoked_at: formatTimeOrNull(record.revokedAt),
    revoked_reason: record.revokedReason,
    gates: record.gates,
  }
}

/** A promotion with its gates as they were. @throws AppError UNKNOWN_PROMOTION */
export async function showPromotion(workspace: Workspace, reference: string): Promise<Shown> {
  const record = await findPromotion(workspace, reference)
  const gates = (record.gates as (Omit<Gate, 'isOverridable'> & { overridable: boolean })[]).map(
    ({ overridable, ...gate }) => ({ ...gate, isOverridable: overridable }),
  )
  const lines = [
    `promotion ${record.promotionId} of run ${record.runId} to ${record.target} on ${record.symbol}`,
    `made ${formatTime(record.createdAt)}, ${standing(record)}`,
    ...(record.overrideReason === null
      ? []
      : wrap(`OVERRIDDEN: ${record.overrideReason}`, TERMINAL_WIDTH)),
    ...(record.revokedReason === null
      ? []
      : wrap(`REVOKED: ${record.revokedReason}`, TERMINAL_WIDTH)),
    '',
    ...gates.flatMap(gateLines),
    '',
    nextLine(`assay paper --promotion ${record.promotionId}`),
  ]
  return { text: lines.join('\n'), json: { ...recordJson(record), manifest: record.manifest } }
}

/** Takes a promotion back, for good. @throws AppError UNKNOWN_PROMOTION, USAGE */
export async function revokePromotion(
  workspace: Workspace,
  reference: string,
  reason: string,
  { at = Date.now(), by = workspace.actor }: { readonly at?: number; readonly by?: string } = {},
): Promise<Shown> {
  const { promotionId } = await findPromotion(workspace, reference)
  const isDone = await (await workspace.promotions()).revoke(promotionId, reason, at)
  if (!isDone) {
    throw new AppError('UNKNOWN_PROMOTION', `promotion ${promotionId} was revoked before`, {
      hint: `assay promotions show ${promotionId}`,
    })
  }
  const payload = { actor: by, promotion_id: promotionId, reason }
  await note(workspace, at, 'promotion.revoked', payload)
  return {
    text: `promotion ${promotionId} is revoked: nothing can start on it now\n${nextLine('assay promotions list')}`,
    json: { promotion_id: promotionId, revoked: true, reason },
  }
}
