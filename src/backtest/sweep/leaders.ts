import type { Trial } from './sweep.js'

/** The best trials by their first score, best first, ties by number. */
export class Leaders {
  readonly list: Trial[] = []
  private readonly size: number

  constructor(size: number) {
    this.size = size
  }

  add(trial: Trial): void {
    const score = trial.scores[0] ?? null
    if (score === null) return
    const { list } = this
    if (list.length === this.size && !isBefore(trial, list.at(-1)!)) return
    let [low, high] = [0, list.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBefore(trial, list[middle]!)) high = middle
      else low = middle + 1
    }
    list.splice(low, 0, trial)
    if (list.length > this.size) list.pop()
  }
}

function isBefore(a: Trial, b: Trial): boolean {
  const [left, right] = [a.scores[0]!, b.scores[0]!]
  return left === right ? a.number < b.number : left > right
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

  add(trial: Trial): void {
    if (trial.scores[0] === null || this.seen++ % this.stride !== 0) return
    this.list.push(trial)
    if (this.list.length < this.size) return
    this.list = this.list.filter((_, k) => k % 2 === 0)
    this.stride *= 2
  }
}
