import type { Field } from '../../../backtest/sweep/plan/field.js'
import { METRIC_NAMES } from '../../../backtest/sweep/expressions/objective.js'
import type { TrialResult } from '../../../backtest/sweep/trials/trial.js'
import type { TrialBatch } from '../../../backtest/sweep/trials/trial-batch.js'
import type {
  EncodedTrials,
  SweepRepository,
  TrialRecord,
} from '../../../core/ports/research/sweeps.js'
import { TrialRows, type TrialPlace } from '../../../data/store/sweeps/trial-rows.js'

const BATCH_ROWS = 5000
const BATCH_BYTES = 1 << 22
const BATCH_MS = 3000
/** Batches that may wait before the database is opened: 50 MB or so. */
const EARLY_BATCHES = 16

/**
 * Trials on their way to the database, in batches: large ones, because those are stored fastest,
 * and often enough that a process that is killed loses a few seconds of work. They wait as the
 * bytes that they are sent as.
 */
export class TrialStore {
  private readonly open: () => Promise<SweepRepository>
  private readonly places: readonly TrialPlace[]
  private readonly rows: TrialRows
  private waiting: EncodedTrials[] = []
  private readonly begun = performance.now()
  private since = this.begun
  private writing: Promise<void> = Promise.resolve()

  constructor(open: () => Promise<SweepRepository>, sweepId: string, fields: readonly Field[]) {
    this.open = open
    this.places = fields.map(placeOf)
    this.rows = new TrialRows(sweepId, METRIC_NAMES)
  }

  /** Keeps trials; waits only where the database is a whole batch behind. */
  async add(batch: TrialBatch): Promise<void> {
    for (let k = 0; k < batch.count; k++) this.addOne(batch, k)
    const now = performance.now()
    // A sweep that is over by then does not have the database opened under it.
    if (now - this.begun < BATCH_MS && this.waiting.length < EARLY_BATCHES) return
    if (this.waiting.length === 0 && now - this.since < BATCH_MS) return
    await this.writing
    this.writing = this.write()
    this.writing.catch(() => undefined)
  }

  /** Stores what is left. */
  async flush(): Promise<void> {
    await this.writing
    await this.write()
  }

  private addOne(batch: TrialBatch, k: number): void {
    const { rows } = this
    const { runIds, resultHashes, messages, metrics } = batch.result
    rows.add(
      this.places[batch.field]!,
      {
        number: batch.first + k,
        runId: runIds[k]!,
        template: batch.templateOf(k),
        params: batch.params[k]!,
        status: batch.isFailed(k) ? 'failed' : 'ok',
        message: messages[k]!,
        score: batch.scoreOf(k),
        metricsAt: k * METRIC_NAMES.length,
        resultHash: resultHashes[k]!,
      },
      metrics,
    )
    if (rows.count >= BATCH_ROWS || rows.size >= BATCH_BYTES) this.waiting.push(rows.take())
  }

  private async write(): Promise<void> {
    if (this.rows.count > 0) this.waiting.push(this.rows.take())
    const batches = this.waiting
    this.waiting = []
    this.since = performance.now()
    const sweeps = await this.open()
    for (const batch of batches) await sweeps.append(batch)
  }
}

/** What the rows of a field's trials have in common. */
function placeOf({ strategy, base, dataHash }: Field): TrialPlace {
  const { symbol, timeframe } = base
  return { strategy: strategy.strategy.name, symbol, timeframe, dataHash }
}

/** The results of trials that are stored, asked for by rising numbers. */
export class StoredTrials {
  private readonly pages: AsyncIterator<readonly TrialRecord[]>
  private page: readonly TrialRecord[] = []
  private at = 0
  private isDone = false

  constructor(sweeps: SweepRepository, sweepId: string) {
    this.pages = sweeps.trials(sweepId, { order: 'number' })[Symbol.asyncIterator]()
  }

  /** Those from `first` on, `count` of them; undefined where one is not stored. */
  async read(first: number, count: number): Promise<(TrialResult | undefined)[]> {
    const results = new Array<TrialResult | undefined>(count).fill(undefined)
    for (;;) {
      const record = await this.peek()
      if (record === undefined || record.number >= first + count) return results
      this.at += 1
      if (record.number >= first) results[record.number - first] = resultOf(record)
    }
  }

  private async peek(): Promise<TrialRecord | undefined> {
    while (this.at >= this.page.length && !this.isDone) {
      const next = await this.pages.next()
      this.isDone = next.done === true
      this.page = next.done === true ? [] : next.value
      this.at = 0
    }
    return this.page[this.at]
  }
}

function resultOf({ runId, metrics, resultHash, message }: TrialRecord): TrialResult {
  return { runId, metrics, resultHash, message }
}
