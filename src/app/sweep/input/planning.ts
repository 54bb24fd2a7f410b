import type { Output } from '../../output/output.js'
import { Progress } from '../../output/progress.js'

/** Combinations between two looks at the clock. */
const LOOK_EVERY = 64

/** Tells of the combinations that are looked at, where that takes longer than a second. */
export class Planning {
  private readonly output: Output
  private progress: Progress
  private tried = 0
  private allowed = 0

  constructor(output: Output) {
    this.output = output
    this.progress = new Progress(output, 'combinations', Infinity)
  }

  /** Begins to count: each stretch of looking is told by itself. */
  begin(): void {
    this.end()
    this.progress = new Progress(this.output, 'combinations', Infinity)
    this.tried = 0
    this.allowed = 0
  }

  /** One more combination was looked at. */
  count(isAllowed: boolean): void {
    this.tried += 1
    if (isAllowed) this.allowed += 1
    if (this.tried % LOOK_EVERY === 0) this.progress.say(() => this.text())
  }

  /** Takes the line away. */
  end(): void {
    this.progress.end()
  }

  private text(): string {
    const [tried, allowed] = [this.tried, this.allowed].map(n => n.toLocaleString('en-US'))
    return `looking for sets: ${tried} combinations tried, ${allowed} of them allowed (Ctrl-C stops)`
  }
}
