import type { Account } from '../account/account.js'
import type { Candles } from '../candles/candles.js'
import type { EquityCurve } from '../engine/equity-curve.js'
import type { KernelRun } from './kernel-run.js'
import type { Leg } from '../trading/leg.js'
import type { Words } from './words.js'

/** What a run of one leg shares with its engine. */
interface Place {
  readonly candles: Candles
  readonly account: Account
  readonly curve: EquityCurve
}

interface Stretch {
  readonly start: number
  readonly end: number
}

/**
 * `Engine.step` for the candles from `start` to before `end`, for one leg without portfolio limits
 * that fills at the open: the same calls in the same order, and nothing called where nothing can
 * happen.
 */
export function runAlone(
  leg: Leg,
  place: Place,
  { start, end, kernelRun, words }: Stretch & { kernelRun: KernelRun | null; words: Words | null },
): void {
  if (kernelRun !== null) return runByKernel(leg, place, kernelRun, { start, end })
  if (words === null) return runAsked(leg, place, start, end)
  words.foresee(start, end)
  runByWord(leg, place, words, { start, end })
}

/** Where a kernel takes the candles, but for those at which the position is scaled. */
function runByKernel(leg: Leg, place: Place, kernelRun: KernelRun, { start, end }: Stretch): void {
  kernelRun.write(start)
  for (let i = start; i < end;) {
    i = kernelRun.go(i, end)
    if (i === end || kernelRun.canFill()) continue
    takeCandle(leg, place, i)
    leg.decide(i)
    i += 1
    kernelRun.write(i)
  }
}

/** For a strategy that is asked at every candle. */
function runAsked(leg: Leg, { account, curve, candles }: Place, start: number, end: number): void {
  const { position } = leg
  const { close } = candles
  for (let i = start; i < end; i++) {
    if (leg.isBusy()) {
      leg.fillAtOpen(i)
      leg.protect(i)
    }
    const { quantity } = position
    curve.push(account.cash + quantity * close[i]!)
    if (quantity !== 0) curve.candlesInMarket += 1
    leg.decide(i)
  }
}

/** For a strategy whose words are known beforehand: where no order is filled, candles pass in bulk. */
function runByWord(leg: Leg, place: Place, words: Words, { start, end }: Stretch): void {
  let i = start
  while (i < end) {
    const word = words.after(i - 1)
    const until = Math.min(end, word + 1)
    const next = leg.hasOrder() ? i : passQuietly(leg, place, i, until)
    if (next === until) {
      leg.passCloses(i, Math.min(until, word))
      if (word < until) leg.decide(word)
      i = until
    } else {
      leg.passCloses(i, next)
      takeCandle(leg, place, next)
      // Not `word`: a position that was entered here may be left after a time.
      if (words.after(next - 1) === next) leg.decide(next)
      else leg.passCloses(next, next + 1)
      i = next + 1
    }
  }
}

/**
 * Takes candles at which no order fills, up to one that touches a protective level.
 * @returns the index of that candle; `end` where there is none
 */
function passQuietly(
  leg: Leg,
  { account, candles, curve }: Place,
  first: number,
  end: number,
): number {
  const { position } = leg
  if (position.quantity === 0) {
    curve.pushFlat(account, end - first)
    return end
  }
  const next = leg.quietUntil(first, end)
  curve.pushMarked(account, position, candles.close, first, next)
  curve.candlesInMarket += next - first
  return next
}

/** A candle at which an order fills or a level is touched, up to its close. */
function takeCandle(leg: Leg, { account, curve, candles }: Place, i: number): void {
  leg.fillAtOpen(i)
  leg.protect(i)
  const { quantity } = leg.position
  curve.push(account.cash + quantity * candles.close[i]!)
  if (quantity !== 0) curve.candlesInMarket += 1
}
