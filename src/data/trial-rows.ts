import { snakeCase } from '../core/canonical.js'
import type { Metrics } from '../core/metrics.js'
import type { TrialRecord } from '../core/ports.js'
import { BinaryReader, BinaryRows } from './binary-copy.js'

/** One column a metric; a metric that is added needs a migration, and its line here. */
const METRICS: { readonly [K in keyof Metrics]: true } = {
  finalEquity: true,
  totalReturn: true,
  cagr: true,
  sharpe: true,
  sortino: true,
  calmar: true,
  volatility: true,
  maxDrawdown: true,
  maxDrawdownDays: true,
  ulcerIndex: true,
  trades: true,
  winRate: true,
  profitFactor: true,
  expectancy: true,
  sqn: true,
  averageWin: true,
  averageLoss: true,
  longestLosingStreak: true,
  exposure: true,
  turnover: true,
  feesPaid: true,
  txCostsPaid: true,
  slippagePaid: true,
  buyAndHoldReturn: true,
  ambiguousTrades: true,
}

const METRIC_COLUMNS: readonly string[] = Object.keys(METRICS).map(snakeCase)
const KNOWN_METRICS = new Set(METRIC_COLUMNS)

/** Columns of a trial, its sweep left out, in the order in which they are read and written. */
const COLUMNS = [
  ...['number', 'status', 'strategy', 'symbol', 'timeframe', 'template', 'params', 'score'],
  ...METRIC_COLUMNS,
  ...['message', 'run_id', 'result_hash', 'data_hash'],
]

/** Trials that `encodeTrials` has written come in by this. */
export const TRIALS_IN = `copy trials (sweep_id, ${COLUMNS.join(', ')}) from stdin (format binary)`

/** Columns of a query whose binary COPY `decodeTrials` reads. */
export const TRIAL_COLUMNS = COLUMNS.join(', ')

const CHUNK_BYTES = 1 << 22

/** Trials as whole COPY texts in binary, each of a few megabytes. */
export function* encodeTrials(
  sweepId: string,
  trials: readonly TrialRecord[],
): Iterable<Uint8Array> {
  const rows = new BinaryRows()
  for (const trial of trials) {
    addTrial(rows, sweepId, trial)
    if (rows.size > CHUNK_BYTES) yield rows.take()
  }
  yield rows.take()
}

function addTrial(rows: BinaryRows, sweepId: string, trial: TrialRecord): void {
  const { metrics } = trial
  rows.row(COLUMNS.length + 1)
  rows.text(sweepId)
  rows.integer(trial.number)
  rows.text(trial.status)
  rows.text(trial.strategy)
  rows.text(trial.symbol)
  rows.text(trial.timeframe)
  rows.text(trial.template)
  rows.json(storableJson(trial.params))
  rows.double(trial.score)
  for (const name of METRIC_COLUMNS) rows.double(metrics?.[name])
  rows.text(trial.message === null ? null : storable(trial.message))
  rows.text(trial.runId)
  rows.text(trial.resultHash)
  rows.text(trial.dataHash)
}

/** PostgreSQL holds no NUL and no half of a surrogate pair; what a strategy throws may have both. */
function storable(text: string): string {
  return Buffer.from(text.replaceAll('\0', '\ufffd')).toString()
}

function storableJson(params: TrialRecord['params']): string {
  const text = JSON.stringify(params)
  if (!/\\u(?:0000|d[89a-f])/.test(text)) return text
  return JSON.stringify(params, (_, value: unknown) =>
    typeof value === 'string' ? storable(value) : value,
  )
}

/** @throws Error for a metric that has no column, which would be lost */
export function checkMetricNames(trials: readonly TrialRecord[]): void {
  const metrics = trials.find(trial => trial.metrics !== null)?.metrics ?? {}
  const unknown = Object.keys(metrics).find(name => !KNOWN_METRICS.has(name))
  if (unknown !== undefined) throw new Error(`the table trials has no column for "${unknown}"`)
}

/** The trials of a binary COPY of `TRIAL_COLUMNS`. */
export function decodeTrials(bytes: Uint8Array): TrialRecord[] {
  const reader = new BinaryReader(bytes)
  const trials: TrialRecord[] = []
  while (reader.next()) trials.push(readTrial(reader))
  return trials
}

function readTrial(reader: BinaryReader): TrialRecord {
  const number = reader.integer()
  const status = reader.text() as TrialRecord['status']
  const strategy = reader.text()!
  const symbol = reader.text()!
  const timeframe = reader.text()!
  const template = reader.text()
  const params = reader.json() as TrialRecord['params']
  const score = reader.double()
  const metrics = readMetrics(reader)
  return {
    number,
    status,
    strategy,
    symbol,
    timeframe,
    template,
    params,
    score,
    metrics: status === 'failed' ? null : metrics,
    message: reader.text(),
    runId: reader.text()!,
    resultHash: reader.text(),
    dataHash: reader.text()!,
  }
}

function readMetrics(reader: BinaryReader): Record<string, number | null> {
  const metrics: Record<string, number | null> = {}
  for (const name of METRIC_COLUMNS) metrics[name] = reader.double()
  return metrics
}
