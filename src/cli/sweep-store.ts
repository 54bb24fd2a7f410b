import type { Field } from '../backtest/sweep/field.js'
import type { Trial, TrialResult } from '../backtest/sweep/sweep.js'
import type { SweepRepository, TrialRecord } from '../core/ports.js'

const BATCH_ROWS = 5000
const BATCH_MS = 3000

/**
 * Trials on their way to the database, in batches: large ones, because those are stored fastest,
 * and often enough that a process that is killed loses a few seconds of work.
 */
export class TrialStore {
  private readonly open: () => Promise<SweepRepository>
  private readonly sweepId: string
  private readonly fields: readonly Field[]
  private waiting: TrialRecord[] = []
  private readonly begun = performance.now()
  private since = this.begun
  private writing: Promise<void> = Promise.resolve()

  constructor(open: () => Promise<SweepRepository>, sweepId: string, fields: readonly Field[]) {
    this.open = open
    this.sweepId = sweepId
    this.fields = fields
  }

  /** Keeps trials; waits only where the database is a whole batch behind. */
  async add(trials: readonly Trial[]): Promise<void> {
    for (const trial of trials) this.waiting.push(recordOf(trial, this.fields))
    const now = performance.now()
    // A sweep that is over by then does not have the database opened under it.
    if (now - this.begun < BATCH_MS) return
    if (this.waiting.length < BATCH_ROWS && now - this.since < BATCH_MS) return
    await this.writing
    this.writing = this.write()
    this.writing.catch(() => undefined)
  }

  /** Stores what is left. */
  async flush(): Promise<void> {
    await this.writing
    await this.write()
  }

  private async write(): Promise<void> {
    const batch = this.waiting
    this.waiting = []
    this.since = performance.now()
    const sweeps = await this.open()
    for (let k = 0; k < batch.length; k += BATCH_ROWS) {
      await sweeps.append(this.sweepId, batch.slice(k, k + BATCH_ROWS))
    }
  }
}

/** A trial as it is stored. */
export function recordOf(trial: Trial, fields: readonly Field[]): TrialRecord {
  const { number, template, params, result, scores } = trial
  const field = fields[trial.field]!
  return {
    number,
    runId: result.runId,
    strategy: field.strategy.strategy.name,
    symbol: field.base.symbol,
    timeframe: field.base.timeframe,
    template,
    dataHash: field.dataHash,
    params,
    status: result.metrics === null ? 'failed' : 'ok',
    message: result.message,
    score: scores[0] ?? null,
    metrics: result.metrics,
    resultHash: result.resultHash,
  }
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
