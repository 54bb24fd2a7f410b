import { seededRng } from '../../core/random.js'
import { ASKED, type Observation } from './observation.js'

/**
 * Indices at which the future is altered: the first decision, the last candle with a future,
 * candles at and before signals, and others drawn at random; ascending, at most `count`.
 */
export function sampleTimes(seen: Observation, count: number, seed: number): number[] {
  const last = seen.end - 2
  const first = Math.min(seen.asked, last)
  if (first < 0) return []
  const rng = seededRng(seed)
  const chosen = new Set([first, last])
  const signals = signalsOf(seen).filter(index => index >= first && index <= last)
  const aroundSignals = Math.ceil((count - chosen.size) / 2)
  for (let tries = 0; signals.length > 0 && tries < 4 * count; tries++) {
    if (chosen.size >= 2 + aroundSignals) break
    const index = signals[Math.floor(rng.next() * signals.length)]!
    // Before a signal as well: what peeks one candle ahead speaks there.
    chosen.add(Math.max(first, index - (tries % 2)))
  }
  for (let tries = 0; chosen.size < count && tries < 20 * count; tries++) {
    chosen.add(first + Math.floor(rng.next() * (last - first + 1)))
  }
  return [...chosen].sort((a, b) => a - b).slice(0, Math.max(2, count))
}

/** Candles at which the strategy asked for another exposure than the last time it asked. */
function signalsOf({ columns, asked, end }: Observation): number[] {
  const said = columns.get(ASKED)!
  const signals: number[] = []
  let before = 0
  for (let i = asked; i < end; i++) {
    const now = said[i]!
    if (Number.isNaN(now) || now === before) continue
    signals.push(i)
    before = now
  }
  return signals
}
