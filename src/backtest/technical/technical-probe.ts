import { allocateCandles, cutCandles, type Candles } from '../../core/candles/candles.js'
import { AppError } from '../../core/errors.js'
import type { Step } from '../../core/indicators/indicator.js'
import { HOUR_MS } from '../../core/candles/time.js'

/** Both are found once for each key; a sweep declares the same ones over and over. */
const WARMUPS = new Map<string, number>()
const SETTLINGS = new Map<string, number>()

const PROBE_LENGTH = 4000
const PROBE_SHIFT = 200

/** A walk without repeats, so that no division meets a zero on the way. */
function probeCandles(): Candles {
  const candles = allocateCandles(HOUR_MS, PROBE_LENGTH)
  let state = 1
  const random = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
  let close = 100
  for (let i = 0; i < PROBE_LENGTH; i++) {
    candles.time[i] = i * HOUR_MS
    candles.open[i] = close
    close *= 1 + 0.02 * (random() - 0.5)
    candles.close[i] = close
    candles.high[i] = Math.max(close, candles.open[i]!) * (1 + 0.01 * random())
    candles.low[i] = Math.min(close, candles.open[i]!) * (1 - 0.01 * random())
    candles.volume[i] = 1 + 1000 * random()
  }
  return candles
}

let probe: Candles | undefined

/**
 * The index of the first value.
 * @throws AppError INVALID_PARAMETER where there is none
 */
export function warmupFound(key: string, start: () => Step): number {
  const known = WARMUPS.get(key)
  if (known !== undefined) return known
  probe ??= probeCandles()
  const step = start()
  for (let i = 0; i < PROBE_LENGTH; i++) {
    if (Number.isNaN(step.next(probe, i))) continue
    WARMUPS.set(key, i)
    return i
  }
  throw new AppError('INVALID_PARAMETER', `${key} has no value after ${PROBE_LENGTH} candles`, {
    hint: 'check the names of the settings against the documentation of technicalindicators',
  })
}

/** A shorter run of differences is the library's rounding, which falls now here, now there. */
const STRAY_LENGTH = 30

/** The index after which a later beginning no longer shows; Infinity where it always does. */
export function settlingOf(key: string, warmup: number, start: () => Step): number {
  const known = SETTLINGS.get(key)
  if (known !== undefined) return known
  probe ??= probeCandles()
  const early = start()
  const late = start()
  const shifted = cutCandles(probe, PROBE_SHIFT, PROBE_LENGTH)
  let settled = warmup
  let run = 0
  for (let i = 0; i < PROBE_SHIFT; i++) early.next(probe, i)
  for (let i = 0; i < shifted.length; i++) {
    const value = early.next(probe, i + PROBE_SHIFT)
    const isSame = Math.abs(late.next(shifted, i) - value) <= 1e-6 * Math.abs(value)
    run = isSame || i < warmup ? 0 : run + 1
    if (run > 0 && (run >= STRAY_LENGTH || settled === i)) settled = i + 1
  }
  const settling = settled > 0.9 * shifted.length ? Infinity : settled
  SETTLINGS.set(key, settling)
  return settling
}
