import type { Manifest } from '../../backtest/run/record/manifest.js'
import { byCodeUnit } from '../../core/canonical.js'
import { closedGates, gatesOf } from '../../core/promotion/gates.js'
import type { Gate, PromotionEvidence } from '../../core/promotion/evidence.js'
import type { PromotionRecord, PromotionTarget } from '../../core/ports/trading/promotions.js'
import type { RunRecord } from '../../core/ports/research/runs.js'
import { AppError } from '../../core/errors.js'
import { EXECUTION_MODEL } from '../../core/version.js'
import { walkForwardCheck } from '../../backtest/validation/walk-forward-check.js'
import { writtenSymbol } from '../../core/candles/symbols.js'
import { limitText, valueText } from '../../report/model/validation/check-text.js'
import { executionModelOf } from '../backtest/stored/execution-model.js'
import { findRun } from '../backtest/stored/stored-run.js'
import type { ChainOptions } from '../live/live-options.js'
import { settingsOfRun, writeSettings } from '../live/settings/symbol-settings.js'
import { oneOf, numberOption, textOption, type Amount, type Optional } from '../options/options.js'
import { manifestOfRun } from '../records/stored-manifest.js'
import { walkForwardOf } from '../walk-forward/stored-walk-forward.js'
import { validate, type Validation } from '../validation/validation.js'
import type { Workspace } from '../workspace/compose.js'
import { newId } from '../workspace/new-id.js'
import { marketEvidence } from './market-evidence.js'
import { paperEvidence } from './paper-evidence.js'
import { promotedManifest, settingChanges, type SettingOptions } from './promoted-settings.js'

export type PromoteOptions = ChainOptions &
  SettingOptions &
  Optional<{
    to: string
    /** The market that it is to trade; that of the run where it is left out. */
    symbol: string
    /** Why it is to trade though gates refuse it. */
    override: string
    /** Days on paper that are enough for live. */
    paperDays: Amount
    /** Trades on paper that are enough for live. */
    paperTrades: Amount
    seed: Amount
    paths: Amount
  }>

/** A decision, and what it rests on. */
export interface Promotion {
  readonly run: RunRecord
  readonly target: PromotionTarget
  readonly symbol: string
  readonly gates: readonly Gate[]
  /** Gates that keep it back; none where it is promoted. */
  readonly closed: readonly Gate[]
  /** Null where it is refused. */
  readonly promotionId: string | null
  readonly overrideReason: string | null
}

const PAPER_DAYS = 14
const PAPER_TRADES = 30
/** A reason that says something. */
const REASON_MIN = 10

/**
 * Decides whether a stored run may trade: it is run and validated again, and every gate is told. A
 * promotion is written down, and its settings stand for the symbol from then on.
 * @throws AppError for a run that is not there, and whatever in the options does not hold
 */
export async function promote(
  workspace: Workspace,
  reference: string,
  options: PromoteOptions,
  now: number = Date.now(),
): Promise<Promotion> {
  const target = readTarget(options)
  const overrideReason = readReason(options)
  const run = await findRun(workspace, reference)
  const made = manifestOfRun(run)
  const symbol = writtenSymbol(textOption(options, 'symbol') ?? made.symbol)
  const manifest = await promotedManifest(made, symbol, options, workspace.home.cache)
  const { seed, paths } = options
  const validation = await validate(workspace, run.runId, { seed, paths, report: 'none' })
  const evidence = await evidenceOf(workspace, {
    target,
    symbol,
    made,
    manifest,
    validation,
    options,
    run,
  })
  const gates = gatesOf(evidence)
  const closed = closedGates(gates, overrideReason !== null)
  const isOverridden = gates.some(({ passed }) => passed !== true)
  const decided = { run, target, symbol, gates, closed }
  if (closed.length > 0) {
    await note(workspace, now, 'promotion.refused', {
      ...namesOf(decided),
      closed: closed.map(({ name }) => name),
    })
    return { ...decided, promotionId: null, overrideReason }
  }
  const record: PromotionRecord = {
    promotionId: newId(),
    runId: run.runId,
    target,
    symbol,
    verdict: 'promoted',
    createdAt: now,
    manifest,
    gates: gates.map(gateJson),
    overrideReason: isOverridden ? overrideReason : null,
    revokedAt: null,
    revokedReason: null,
  }
  await keep(workspace, record, manifest, now)
  return { ...decided, promotionId: record.promotionId, overrideReason: record.overrideReason }
}

/** The record first: settings that name no promotion would let nothing trade. */
async function keep(
  workspace: Workspace,
  record: PromotionRecord,
  manifest: Manifest,
  now: number,
): Promise<void> {
  const { promotionId, runId, target, symbol, overrideReason } = record
  const state = await workspace.state()
  await (await workspace.promotions()).save(record)
  await writeSettings(
    state,
    symbol,
    settingsOfRun(manifest, { at: now, by: workspace.actor, promotionId }),
  )
  await note(workspace, now, 'promotion.made', {
    promotion_id: promotionId,
    run_id: runId,
    target,
    symbol,
    override_reason: overrideReason,
  })
}

/** Writes down who decided what. */
export async function note(
  workspace: Workspace,
  time: number,
  type: string,
  payload: Readonly<Record<string, unknown>>,
): Promise<void> {
  await (
    await workspace.audit()
  ).append({ time, type, payload: { actor: workspace.actor, ...payload } })
}

function namesOf({ run, target, symbol }: Pick<Promotion, 'run' | 'target' | 'symbol'>) {
  return { run_id: run.runId, target, symbol }
}

/** A gate as programs read it. */
export function gateJson(gate: Gate): object {
  const { name, value, figure, limit, passed, reason, isOverridable } = gate
  return { name, value, figure, limit, passed, reason, overridable: isOverridable }
}

interface Asked {
  readonly target: PromotionTarget
  readonly symbol: string
  readonly run: RunRecord
  /** Of the run. */
  readonly made: Manifest
  /** What is to trade. */
  readonly manifest: Manifest
  readonly validation: Validation
  readonly options: PromoteOptions
}

async function evidenceOf(workspace: Workspace, asked: Asked): Promise<PromotionEvidence> {
  const { target, symbol, run, made, manifest, validation, options } = asked
  const { max_drawdown: drawdown = null, max_daily_loss: daily = null } = manifest.risk_limits
  const limits = [
    ...(drawdown === null ? [] : [`max_drawdown ${drawdown}`]),
    ...(daily === null ? [] : [`max_daily_loss ${daily}`]),
  ]
  const { trades } = validation.evidence.report
  const found = await walkForwardOf(workspace, made)
  return {
    target,
    checks: [...validation.checks, walkForwardCheck(found)].map(check => ({
      ...check,
      figure: check.value === null ? 'unchecked' : valueText(check),
      limit: limitText(check),
    })),
    verdict: validation.verdict,
    executionModel: { run: executionModelOf(run), now: EXECUTION_MODEL },
    isSyntheticData: manifest.symbol.startsWith('SYNTH'),
    stops: manifest.strategies.map(({ name, risk_settings: risk }) => ({
      strategy: name,
      stop: stopText(risk),
    })),
    lossLimit: limits.length === 0 ? null : limits.sort(byCodeUnit).join(', '),
    shorts: {
      isAllowed: manifest.market.shortable,
      trades: trades.filter(({ side }) => side === 'short').length,
    },
    symbol: { run: manifest.symbol, asked: symbol },
    changes: settingChanges(made, manifest),
    market: await marketEvidence(workspace, symbol, options),
    paper: target === 'live' ? await paperEvidence(workspace, manifest, symbol) : null,
    enough: {
      days: numberOption(options, 'paperDays', { min: 0, max: 3650 }) ?? PAPER_DAYS,
      trades:
        numberOption(options, 'paperTrades', { min: 1, max: 1e6, whole: true }) ?? PAPER_TRADES,
    },
  }
}

function stopText(risk: Manifest['strategies'][number]['risk_settings']): string | null {
  if (risk.stop_loss > 0) return `stop_loss ${risk.stop_loss}`
  return risk.trailing_stop > 0 && risk.trailing_from === 0
    ? `trailing_stop ${risk.trailing_stop}`
    : null
}

function readReason(options: PromoteOptions): string | null {
  const reason = textOption(options, 'override')?.trim()
  if (reason === undefined) return null
  if (reason.length >= REASON_MIN) return reason
  throw new AppError('USAGE', `--override "${reason}" is too short`, {
    hint: 'write a sentence that says why it may trade although gates refuse it; it is shown for ever',
  })
}

function readTarget(options: PromoteOptions): PromotionTarget {
  const text = textOption(options, 'to')
  if (text !== undefined) return oneOf('--to', text, ['paper', 'live'] as const)
  throw new AppError('USAGE', '--to is missing', {
    hint: 'say what it may do: --to paper or --to live',
  })
}
