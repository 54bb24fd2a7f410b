import type { DataSetKey, EncodedCandles } from '../../core/ports/market/candles.js'
import { DAY_MS, formatTime, MINUTE_MS } from '../../core/candles/time.js'

const FLUSH_BYTES = 1 << 20
const LINE_BYTES_MAX = 1 << 12

/**
 * Encodes candles as the lines that the table's COPY takes. Numbers are decimal text, checked by
 * the caller, and reach the table digit for digit.
 */
export class CandleLines {
  private readonly prefix: string
  private bytes = Buffer.from(new ArrayBuffer(FLUSH_BYTES))
  private used = 0
  private count = 0
  private day = NaN
  private dayText = ''

  constructor({ symbol, timeframe, source }: DataSetKey) {
    this.prefix = `${symbol}\t${timeframe}\t${source}\t`
  }

  /** Whether it is time to `take` what has gathered. */
  get isFull(): boolean {
    return this.used > FLUSH_BYTES - LINE_BYTES_MAX
  }

  get isEmpty(): boolean {
    return this.used === 0
  }

  add(time: number, open: string, high: string, low: string, close: string, volume: string): void {
    const line = `${this.prefix}${this.timeText(time)}\t${open}\t${high}\t${low}\t${close}\t${volume === '' ? '\\N' : volume}\n`
    this.used += this.bytes.write(line, this.used, 'latin1')
    this.count++
  }

  take(): EncodedCandles {
    const taken = { count: this.count, bytes: this.bytes.subarray(0, this.used) }
    this.bytes = Buffer.from(new ArrayBuffer(FLUSH_BYTES))
    this.used = 0
    this.count = 0
    return taken
  }

  /** ISO 8601, the day's part kept from the candle before. */
  private timeText(time: number): string {
    const day = Math.floor(time / DAY_MS)
    if (day !== this.day) {
      this.day = day
      this.dayText = formatTime(day * DAY_MS).slice(0, -9)
    }
    const rest = time - day * DAY_MS
    const minutes = Math.floor(rest / MINUTE_MS)
    const clock = MINUTES[minutes]!
    const millis = rest - minutes * MINUTE_MS
    if (millis === 0) return `${this.dayText}${clock}Z`
    return `${this.dayText}${clock}:${millis < 10_000 ? '0' : ''}${millis / 1000}Z`
  }
}

const MINUTES: readonly string[] = Array.from(
  { length: DAY_MS / MINUTE_MS },
  (_, i) => `${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}`,
)
