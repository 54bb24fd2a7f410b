import { snakeCase } from '../../../core/canonical.js'
import type { Metrics } from '../../../core/metrics/metrics.js'
import type { EncodedTrials, TrialRecord } from '../../../core/ports/research/sweeps.js'
import { BinaryReader, BinaryRows, HEADER_BYTES } from '../../postgres/binary-copy.js'

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

/** Columns of a trial, its sweep left out, in the order in which they are read and written. */
const COLUMNS = [
  ...['strategy', 'symbol', 'timeframe', 'data_hash'],
  ...['number', 'status', 'template', 'params', 'score', ...METRIC_COLUMNS],
  ...['message', 'run_id', 'result_hash'],
]

/** Trials that `TrialRows` has written come in by this. */
export const TRIALS_IN = `copy trials (sweep_id, ${COLUMNS.join(', ')}) from stdin (format binary)`

/** Columns of a query whose binary COPY `decodeTrials` reads. */
export const TRIAL_COLUMNS = COLUMNS.join(', ')

/** What all trials of a field have in common. */
export type TrialPlace = Pick<TrialRecord, 'strategy' | 'symbol' | 'timeframe' | 'dataHash'>

/** A trial on its way into a row: what `TrialRecord` has, its objects as text and as numbers in a row. */
export interface TrialRow extends Pick<
  TrialRecord,
  'number' | 'runId' | 'template' | 'status' | 'message' | 'score' | 'resultHash'
> {
  /** JSON of the parameters. */
  readonly params: string
  /** Where its metrics begin among those of other trials. */
  readonly metricsAt: number
}

/** Gathers trials as the rows of a COPY. */
export class TrialRows {
  private readonly sweepId: string
  private readonly rows = new BinaryRows()
  /** For each column of a metric its place among those given; -1 where it is not given. */
  private readonly places: readonly number[]
  private readonly openings = new Map<TrialPlace, Uint8Array>()
  private numbers: number[] = []
  private ends: number[] = []

  /** @throws Error for a metric that has no column, which would be lost */
  constructor(sweepId: string, metricNames: readonly string[]) {
    const unknown = metricNames.find(name => !METRIC_COLUMNS.includes(name))
    if (unknown !== undefined) throw new Error(`the table trials has no column for "${unknown}"`)
    this.sweepId = sweepId
    this.places = METRIC_COLUMNS.map(name => metricNames.indexOf(name))
  }

  get count(): number {
    return this.numbers.length
  }

  /** Bytes that have gathered. */
  get size(): number {
    return this.rows.size
  }

  /** `metrics` in the order of the names, NaN for none. */
  add(place: TrialPlace, trial: TrialRow, metrics: Float64Array): void {
    const { rows } = this
    this.open(place)
    rows.integer(trial.number)
    rows.text(trial.status)
    rows.text(trial.template)
    rows.json(storableJson(trial.params))
    rows.double(trial.score)
    for (const at of this.places) {
      if (at < 0) rows.empty()
      else rows.double(metrics[trial.metricsAt + at]!)
    }
    rows.text(trial.message === null ? null : storable(trial.message))
    rows.text(trial.runId)
    rows.text(trial.resultHash)
    this.numbers.push(trial.number)
    this.ends.push(rows.size)
  }

  /** What has gathered; the next trials begin anew. */
  take(): EncodedTrials {
    const { sweepId, numbers, ends } = this
    this.numbers = []
    this.ends = []
    return { sweepId, numbers, ends, bytes: this.rows.take() }
  }

  /** Begins a row with what is the same in all rows of a place, written once. */
  private open(place: TrialPlace): void {
    const { rows } = this
    const known = this.openings.get(place)
    if (known !== undefined) return rows.written(known)
    const start = rows.size
    rows.row(COLUMNS.length + 1)
    rows.text(this.sweepId)
    for (const text of [place.strategy, place.symbol, place.timeframe, place.dataHash]) {
      rows.text(text)
    }
    this.openings.set(place, rows.since(start))
  }
}

/** The trials whose number is not among these, each number once. */
export function withoutNumbers(
  trials: EncodedTrials,
  standing: ReadonlySet<number>,
): EncodedTrials {
  const { sweepId, numbers, ends, bytes } = trials
  const left = new Map<number, number>()
  for (let k = numbers.length - 1; k >= 0; k--) {
    if (!standing.has(numbers[k]!)) left.set(numbers[k]!, k)
  }
  if (left.size === numbers.length) return trials
  const rows = new BinaryRows()
  const own: number[] = []
  for (const k of [...left.values()].reverse()) {
    rows.written(bytes.subarray(k === 0 ? HEADER_BYTES : ends[k - 1]!, ends[k]))
    own.push(rows.size)
  }
  return { sweepId, numbers: [...left.keys()].reverse(), ends: own, bytes: rows.take() }
}

/** PostgreSQL holds no NUL and no half of a surrogate pair; what a strategy throws may have both. */
function storable(text: string): string {
  return Buffer.from(text.replaceAll('\0', '\ufffd')).toString()
}

function storableJson(text: string): string {
  if (!/\\u(?:0000|d[89a-f])/.test(text)) return text
  return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    typeof value === 'string' ? storable(value) : value,
  )
}

/** The trials of a binary COPY of `TRIAL_COLUMNS`. */
export function decodeTrials(bytes: Uint8Array): TrialRecord[] {
  const reader = new BinaryReader(bytes)
  const trials: TrialRecord[] = []
  while (reader.next()) trials.push(readTrial(reader))
  return trials
}

function readTrial(reader: BinaryReader): TrialRecord {
  const strategy = reader.text()!
  const symbol = reader.text()!
  const timeframe = reader.text()!
  const dataHash = reader.text()!
  const number = reader.integer()
  const status = reader.text() as TrialRecord['status']
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
    dataHash,
    params,
    score,
    metrics: status === 'failed' ? null : metrics,
    message: reader.text(),
    runId: reader.text()!,
    resultHash: reader.text(),
  }
}

function readMetrics(reader: BinaryReader): Record<string, number | null> {
  const metrics: Record<string, number | null> = {}
  for (const name of METRIC_COLUMNS) metrics[name] = reader.double()
  return metrics
}
