import type { Trial } from '../trials/trial.js'
import type { TrialBatch } from '../trials/trial-batch.js'

/** The best trials by their first score, best first, ties by number. */
export class Leaders {
  readonly list: Trial[] = []
  private readonly size: number

  constructor(size: number) {
    this.size = size
  }

  /** Trials come by rising numbers. */
  add(batch: TrialBatch, k: number): void {
    const score = batch.scoreOf(k)
    if (score === null) return
    const { list } = this
    if (list.length === this.size && score <= list.at(-1)!.scores[0]!) return
    let [low, high] = [0, list.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (score > list[middle]!.scores[0]!) high = middle
      else low = middle + 1
    }
    list.splice(low, 0, batch.trialAt(k))
    if (list.length > this.size) list.pop()
  }
}

/** An even sample of the trials that are scored: every so many, fewer as more come. */
export class EvenSample {
  list: Trial[] = []
  private readonly size: number
  private stride = 1
  private seen = 0

  constructor(size: number) {
    this.size = size
  }

  add(batch: TrialBatch, k: number): void {
    if (batch.scoreOf(k) === null || this.seen++ % this.stride !== 0) return
    this.list.push(batch.trialAt(k))
    if (this.list.length < this.size) return
    this.list = this.list.filter((_, place) => place % 2 === 0)
    this.stride *= 2
  }
}
