import type {
  Manifest,
  ManifestReference,
  ManifestStrategy,
} from '../../../backtest/run/record/manifest.js'
import type { Report } from '../../../backtest/run/record/report.js'
import type { RequestedStrategy, RunRequest } from '../../../backtest/run/record/run-request.js'
import { requestSignalRun, type SignalLeg } from '../../../backtest/signals/signal-request.js'
import { impactFrom, impactPreset } from '../../../core/account/costs.js'
import type { RunRecord } from '../../../core/ports/research/runs.js'
import type { RiskLimits } from '../../../core/risk/limits.js'
import { roiOf, type PositionSize, type RiskSettings } from '../../../core/risk/settings.js'
import { parseIso, timeframeMs } from '../../../core/candles/time.js'
import type { Workspace } from '../../workspace/compose.js'
import { storeText } from '../../workspace/home.js'
import { findRecord, type StoredRecords } from '../../records/record-lookup.js'
import { manifestOfRun } from '../../records/stored-manifest.js'
import { referenceKey } from '../references.js'
import { execute } from '../run-execution.js'
import type { RunTerms } from '../input/run-input.js'
import { legOf, readUnchanged } from '../signal-input.js'
import { loadStrategy } from '../../strategy/strategy-loader.js'

/** A stored run by id, by the beginning of its id, or `latest`. @throws AppError UNKNOWN_RUN */
export async function findRun(workspace: Workspace, reference: string): Promise<RunRecord> {
  const runs = await workspace.runs()
  const known: StoredRecords<RunRecord> = {
    noun: 'run',
    code: 'UNKNOWN_RUN',
    hint: `assay runs list shows the stored runs\n  ${storeText(workspace.home)}`,
    get: id => runs.get(id),
    latest: () => runs.latest(),
    ids: async limit => (await runs.list(limit)).map(({ runId }) => runId),
  }
  return findRecord(known, reference)
}

/** Runs a stored run again from its manifest, over the candles that are stored now. */
export async function repeatRun(workspace: Workspace, run: RunRecord): Promise<Report> {
  return execute(workspace, await requestOfRun(workspace, manifestOfRun(run)))
}

/**
 * The request of a stored run: its strategies loaded, or its file of decisions read again.
 * @throws AppError SIGNALS_CHANGED, DISK
 */
export async function requestOfRun(workspace: Workspace, manifest: Manifest): Promise<RunRequest> {
  const stored = manifest.signals
  if (stored === null) return requestFrom(manifest, workspace.home.cache)
  const file = await readUnchanged(stored)
  return requestSignalRun(file, await storedLeg(workspace, manifest), stored.time_label)
}

/** A symbol of a stored run of decisions. */
export function storedLeg(workspace: Workspace, manifest: Manifest): Promise<SignalLeg> {
  const [stored] = manifest.strategies
  const { weight, priority } = stored!
  const terms = { request: termsOf(manifest), risk: riskOf(stored!) }
  return legOf(workspace, terms, { weight, priority })
}

/** What makes a repeated run differ from the stored one, in words; empty where nothing does. */
export function differencesOf(stored: RunRecord, repeated: Report): string[] {
  return manifestDifferences(manifestOfRun(stored), repeated.manifest)
}

/** What of two manifests of one run makes their results differ, in words. */
export function manifestDifferences(before: Manifest, now: Manifest): string[] {
  const differences: string[] = []
  if (before.data.hash !== now.data.hash) {
    differences.push(
      `the candles have changed: ${before.data.hash.slice(0, 12)} then, ${now.data.hash.slice(0, 12)} now`,
    )
  }
  for (const reference of before.references ?? []) {
    const { symbol, timeframe, hash } = reference
    const own = now.references?.find(one => one.symbol === symbol && one.timeframe === timeframe)
    if (own !== undefined && own.hash !== hash) {
      differences.push(
        `the candles of ${symbol} ${timeframe} have changed: ${hash.slice(0, 12)} then, ${own.hash.slice(0, 12)} now`,
      )
    }
  }
  before.strategies.forEach((strategy, k) => {
    if (strategy.source_hash !== now.strategies[k]?.source_hash) {
      differences.push(`the source of ${strategy.name} has changed`)
    }
  })
  if (before.engine_version !== now.engine_version) {
    differences.push(`the engine was ${before.engine_version}, it is ${now.engine_version}`)
  }
  if (before.node_version !== now.node_version) {
    differences.push(`Node was ${before.node_version}, it is ${now.node_version}`)
  }
  return differences
}

/** The request that a manifest describes, its strategies loaded. */
export async function requestFrom(manifest: Manifest, folder: string): Promise<RunRequest> {
  const strategies: RequestedStrategy[] = []
  for (const strategy of manifest.strategies) strategies.push(await strategyOf(strategy, folder))
  return { ...termsOf(manifest), strategies }
}

function termsOf(manifest: Manifest): RunTerms['request'] {
  const { costs, market } = manifest
  return {
    symbol: manifest.symbol,
    ...(manifest.data.source !== undefined && { source: manifest.data.source }),
    timeframe: manifest.timeframe,
    market: {
      symbol: manifest.symbol,
      step: market.step,
      tick: market.tick,
      minNotional: market.min_notional,
      shortable: market.shortable,
    },
    capital: manifest.capital,
    costs: {
      fee: costs.fee_bps / 10_000,
      makerFee: costs.maker_fee_bps / 10_000,
      slippage: costs.slippage_bps / 10_000,
      txCost: costs.tx_cost,
      impact:
        costs.impact_curve === undefined
          ? impactPreset(costs.impact)
          : impactFrom(costs.impact_curve),
      limitFill: costs.limit_fill,
      maxVolumeShare: costs.max_volume_share,
    },
    impact: costs.impact,
    fill: manifest.fill,
    limits: limitsOf(manifest.risk_limits),
    keepOpen: manifest.keep_open,
    from: parseIso(manifest.from),
    to: parseIso(manifest.to) + timeframeMs(manifest.timeframe),
    warmFrom: parseIso(manifest.data.first),
    decideFrom: manifest.decide_from === null ? null : parseIso(manifest.decide_from),
    detail: manifest.detail?.timeframe ?? null,
    ...(manifest.references && { references: manifest.references.map(sinceOf) }),
  }
}

function sinceOf({
  symbol,
  timeframe,
  first,
  source,
}: ManifestReference): NonNullable<RunRequest['references']>[number] {
  const own = source === undefined ? {} : { source }
  return { key: referenceKey(symbol, timeframe), since: parseIso(first), ...own }
}

async function strategyOf(stored: ManifestStrategy, folder: string): Promise<RequestedStrategy> {
  const { strategy, file, sourceHash } = await loadStrategy(stored.file ?? stored.name, folder)
  return {
    strategy,
    file,
    sourceHash,
    template: stored.template,
    params: inOrderOf(Object.keys(strategy.params as object), stored.params),
    risk: riskOf(stored),
    weight: stored.weight,
    priority: stored.priority,
  }
}

/** Parameters as their strategy has them: the database keeps no order of names. */
function inOrderOf(
  names: readonly string[],
  params: ManifestStrategy['params'],
): ManifestStrategy['params'] {
  const place = (name: string): number => names.indexOf(name)
  return Object.fromEntries(Object.entries(params).sort(([a], [b]) => place(a) - place(b)))
}

function riskOf({ risk_settings: risk }: ManifestStrategy): RiskSettings {
  return {
    stopLoss: risk.stop_loss,
    takeProfit: risk.take_profit,
    trailingStop: risk.trailing_stop,
    trailingFrom: risk.trailing_from,
    breakEven: risk.break_even,
    roi: roiOf(risk.roi ?? 'none'),
    timeStop: risk.time_stop,
    cooldown: risk.cooldown,
    positionSize: sizeOf(risk.position_size),
  }
}

function sizeOf(stored: number | string | null): PositionSize | null {
  if (stored === null) return null
  if (typeof stored === 'number') return { kind: 'quote', amount: stored }
  return { kind: 'share', share: Number(stored.slice(0, -1)) / 100 }
}

function limitsOf(stored: Manifest['risk_limits']): RiskLimits {
  return {
    maxDrawdown: stored['max_drawdown'] ?? null,
    maxDailyLoss: stored['max_daily_loss'] ?? null,
    maxExposure: stored['max_exposure'] ?? null,
    maxOpenPositions: stored['max_open_positions'] ?? null,
    maxTradesPerDay: stored['max_trades_per_day'] ?? null,
    maxDataAgeMs: stored['max_data_age_ms'] ?? null,
    maxLossStreak: stored['max_loss_streak'] ?? null,
    maxOrder: stored['max_order'] ?? null,
  }
}
