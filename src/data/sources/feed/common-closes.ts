import type { Millis } from '../../../core/candles/time.js'
import type { CandleRow } from '../../../core/ports/market/candles.js'

/** Fewer common candles tell nothing. */
const COMMON_MIN = 10
/** So many closes are remembered. */
const REMEMBERED = 500
/** Sources whose closes lie further apart are two markets. */
const BASIS_MAX = 0.005

/** Closes of two sources, to see whether one can stand for the other. */
export class CommonCloses {
  private readonly first = new Map<Millis, number>()
  private readonly second = new Map<Millis, number>()

  addFirst({ time, close }: CandleRow): void {
    this.first.set(time, Number(close))
    if (this.first.size > REMEMBERED) this.first.delete([...this.first.keys()][0]!)
  }

  addSecond({ time, close }: CandleRow): void {
    this.second.set(time, Number(close))
  }

  clearSecond(): void {
    this.second.clear()
  }

  /** The median by which the second's closes lie above the first's, as a share; or why it may not stand for it. */
  basis(): number | string {
    const shares = [...this.second].flatMap(([time, close]) => {
      const own = this.first.get(time)
      return own === undefined ? [] : [close / own - 1]
    })
    if (shares.length < COMMON_MIN) {
      return `${shares.length} candles of both are known, and ${COMMON_MIN} are needed to compare them`
    }
    const median = shares.sort((a, b) => a - b)[Math.floor(shares.length / 2)]!
    if (Math.abs(median) <= BASIS_MAX) return median
    const percent = (value: number): string => `${Number((value * 100).toPrecision(3))} %`
    return `its closes lie ${percent(median)} away, and ${percent(BASIS_MAX)} is the limit`
  }
}
