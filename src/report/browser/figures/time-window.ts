/** The part of a stretch of time that a chart shows. */
export class TimeWindow {
  from: number
  to: number
  private readonly first: number
  private readonly last: number

  constructor(first: number, last: number) {
    this.first = this.from = first
    this.last = this.to = Math.max(last, first + 1)
  }

  /** Whether all is shown. */
  get isWhole(): boolean {
    return this.from <= this.first && this.to >= this.last
  }

  /** Moves by half of what is shown, halves or doubles it, or shows all. */
  move(kind: string): void {
    const width = this.to - this.from
    const whole = this.last - this.first
    const shift = { left: -0.5, right: 0.5 }[kind] ?? 0
    const grown = width * ({ in: 0.5, out: 2, all: Infinity }[kind] ?? 1)
    const size = Math.min(whole, Math.max(whole / 500, grown))
    const middle = (this.from + this.to) / 2 + width * shift
    this.from = Math.min(this.last - size, Math.max(this.first, middle - size / 2))
    this.to = this.from + size
  }

  /** Places of the times that are shown, and of one more at each end. */
  within(time: readonly number[]): readonly [since: number, until: number] {
    if (this.isWhole) return [0, time.length]
    const since = time.findIndex(at => at >= this.from)
    const until = time.findLastIndex(at => at <= this.to) + 1
    return [Math.max(0, since - 1), Math.min(time.length, until + 1)]
  }
}
