import type { Output } from './output.js'

const FIRST_MS = 1000
const LOG_EVERY_MS = 5000
const DRAW_EVERY_MS = 100
const WIDTH = 24

/**
 * How far long work is, with its rate and the time left: a line that redraws itself on a terminal,
 * a line now and then elsewhere. Work that ends within a second shows nothing.
 */
export class Progress {
  private readonly output: Output
  private readonly unit: string
  private readonly total: number
  private readonly start = performance.now()
  private next = FIRST_MS
  private isDrawn = false

  /** `total` may be an upper bound. */
  constructor(output: Output, unit: string, total: number) {
    this.output = output
    this.unit = unit
    this.total = total
  }

  /** `done` of `total` units, and a rate in words of its own where there is one. */
  show(done: number, detail = ''): void {
    const { onProgress } = this.output
    onProgress?.({ done, total: Number.isFinite(this.total) ? this.total : null, unit: this.unit })
    this.say(seconds => this.text(done, seconds, detail))
  }

  /** As `show`, in other words, which are made where they are shown. */
  say(text: (seconds: number) => string): void {
    const elapsed = performance.now() - this.start
    if (elapsed < this.next) return
    this.next = elapsed + (this.output.interactive ? DRAW_EVERY_MS : LOG_EVERY_MS)
    const shown = text(elapsed / 1000)
    if (!this.output.interactive) return this.output.log(shown)
    this.isDrawn = true
    this.output.draw(shown)
  }

  /** Takes the line away. */
  end(): void {
    if (this.isDrawn) this.output.draw('')
    this.isDrawn = false
  }

  private text(done: number, seconds: number, detail: string): string {
    const share = this.total === 0 ? 1 : Math.min(1, done / this.total)
    const filled = Math.round(share * WIDTH)
    const line = `${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}`
    const rate = done / seconds
    const left = rate > 0 ? `${durationText((this.total - done) / rate)} left` : ''
    const parts = [
      `${done} of ${this.total} ${this.unit}`,
      `${rate.toPrecision(3)}/s`,
      detail,
      left,
    ]
    return `${line} ${parts.filter(part => part !== '').join(', ')}`
  }
}

/** `8 s`, `3 min`, `2 h 10 min`. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.ceil(seconds))} s`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 90) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
