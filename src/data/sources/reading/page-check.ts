import { bucketOpen } from '../../../core/candles/resample.js'
import { DAY_MS, formatTime, type Millis } from '../../../core/candles/time.js'
import { PageError, type CandleSource, type PageRequest, type SourceCandle } from '../source.js'

/** The candles of a page that may be stored: closed, each once, in order, none outside the window. */
export interface CheckedPage {
  readonly candles: readonly SourceCandle[]
  /** What was left out or is odd, counted. */
  readonly notes: Readonly<Record<string, number>>
}

/** No market is older. */
const OLDEST = Date.UTC(2009, 0, 1)

/**
 * Checks a page as a whole: one wrong row, and nothing of it is used.
 * @param sourceNow the time of the source
 * @throws PageError
 */
export function checkPage(
  candles: readonly SourceCandle[],
  asked: PageRequest,
  { source, sourceNow }: { readonly source: CandleSource; readonly sourceNow: Millis },
): CheckedPage {
  const counts = new Map<string, number>()
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1)
  for (const candle of candles) requirePossible(candle, sourceNow + asked.timeframeMs)
  requireBaseVolume(candles)
  const closed = candles.filter(candle => {
    if (candle.time < asked.since || candle.time >= asked.until) count('outside')
    else if (!isClosed(candle, asked, sourceNow - source.graceMs)) count('forming')
    else return true
    return false
  })
  const ordered = inOrder(closed, () => count('unordered'))
  const kept = ordered.filter((candle, i) => {
    if (i === 0 || candle.time !== ordered[i - 1]!.time) return true
    if (!isSame(candle, ordered[i - 1]!)) throw twice(candle)
    count('duplicates')
    return false
  })
  for (const { time } of kept) if (bucketOpen(time, asked.timeframeMs) !== time) count('off grid')
  return { candles: kept, notes: Object.fromEntries(counts) }
}

function requirePossible({ time, high, low }: SourceCandle, latest: Millis): void {
  if (time < OLDEST) throw new PageError(`a candle of ${yearOf(time)}: its time is in another unit`)
  if (time > latest) {
    const what = time > latest + DAY_MS ? `of ${yearOf(time)}` : `of ${formatTime(time)}`
    throw new PageError(`a candle ${what}, which is yet to come`)
  }
  if (Number(high) < Number(low)) {
    throw new PageError(`the candle of ${formatTime(time)} has its high below its low`)
  }
}

function yearOf(time: Millis): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? 'no year' : `the year ${date.getUTCFullYear()}`
}

/** By its flag, where the source has one, and by the time of the source; never by its place. */
function isClosed(candle: SourceCandle, { timeframeMs }: PageRequest, latest: Millis): boolean {
  return candle.isClosed !== false && candle.time + timeframeMs <= latest
}

function inOrder(candles: readonly SourceCandle[], onMixed: () => void): readonly SourceCandle[] {
  const goes = (sign: number): boolean =>
    candles.every((candle, i) => i === 0 || (candle.time - candles[i - 1]!.time) * sign >= 0)
  if (goes(1)) return candles
  if (!goes(-1)) onMixed()
  return [...candles].sort((a, b) => a.time - b.time)
}

function isSame(a: SourceCandle, b: SourceCandle): boolean {
  const { open, high, low, close, volume } = a
  return (
    open === b.open && high === b.high && low === b.low && close === b.close && volume === b.volume
  )
}

function twice({ time }: SourceCandle): PageError {
  return new PageError(`the candle of ${formatTime(time)} comes twice, with different values`)
}

/** Of so much money on, a volume times a price is not lost in its rounding. */
const MONEY_MIN = 1
const TOLERANCE = 0.005

/** Where money and volume are both told, money by volume is a price; else their columns are mixed up. */
function requireBaseVolume(candles: readonly SourceCandle[]): void {
  let [right, wrong] = [0, 0]
  for (const { low, high, volume, quoteVolume } of candles) {
    const [base, quote] = [Number(volume ?? 0), Number(quoteVolume ?? 0)]
    if (base === 0 || quote < MONEY_MIN) continue
    const price = quote / base
    const fits = price >= Number(low) * (1 - TOLERANCE) && price <= Number(high) * (1 + TOLERANCE)
    if (fits) right++
    else wrong++
  }
  if (wrong > right) throw new PageError('its volume is not in units of the base')
}
