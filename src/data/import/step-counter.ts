const STEPS_MAX = 1000

/** Distances between neighbouring rows: they show which timeframe a file has. */
export class StepCounter {
  readonly counts = new Map<number, number>()
  /** The greatest length of which all distances are multiples. */
  divisor = 0
  private last = NaN
  private ups = 0
  private downs = 0

  see(time: number): void {
    if (time > this.last) this.ups++
    else if (time < this.last) this.downs++
    const step = Math.abs(time - this.last)
    this.last = time
    if (!(step > 0)) return
    this.divisor = greatestDivisor(this.divisor, step)
    const count = this.counts.get(step)
    if (count !== undefined) this.counts.set(step, count + 1)
    else if (this.counts.size < STEPS_MAX) this.counts.set(step, 1)
  }

  /** Whether rows go through time one way, but for a few; else their distances show nothing. */
  get isInOrder(): boolean {
    return Math.min(this.ups, this.downs) <= (this.ups + this.downs) / 10
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0)
  }

  /** The distance that most neighbours have; undefined for less than two rows. */
  get common(): number | undefined {
    let best: number | undefined
    for (const [step, count] of this.counts) {
      if (best === undefined || count > this.counts.get(best)!) best = step
    }
    return best
  }
}

function greatestDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b]
  return a
}
