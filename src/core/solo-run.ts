import type { Account } from './account.js'
import type { Candles } from './candles.js'
import type { EquityCurve } from './equity-curve.js'
import type { KernelRun } from './kernel-run.js'
import type { Leg } from './leg.js'

/** What a run of one leg shares with its engine. */
interface Place {
  readonly candles: Candles
  readonly account: Account
  readonly curve: EquityCurve
}

/**
 * `Engine.step` for the candles from `start` to before `end`, for one leg without portfolio limits
 * that fills at the open: the same calls in the same order, and nothing called where nothing can
 * happen.
 */
export function runAlone(
  leg: Leg,
  place: Place,
  { start, end, kernelRun }: { start: number; end: number; kernelRun: KernelRun | null },
): void {
  if (!leg.isPredictable) return runAsked(leg, place, start, end)
  leg.foresee(start, end)
  if (kernelRun === null) runByWord(leg, place, start, end)
  else runByKernel(leg, place, kernelRun, { start, end })
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
function runByWord(leg: Leg, place: Place, start: number, end: number): void {
  let i = start
  while (i < end) {
    const word = leg.nextWord(i - 1)
    const until = Math.min(end, word + 1)
    const next = leg.hasOrder() ? i : passQuietly(leg, place, i, until)
    if (next === until) {
      leg.passCloses(i, Math.min(until, word))
      if (word < until) leg.decide(word)
      i = until
    } else {
      leg.passCloses(i, next)
      takeCandle(leg, place, next)
      i = next + 1
    }
  }
}

/** As `runByWord`, where a kernel fills and marks from one word to the next. */
function runByKernel(
  leg: Leg,
  place: Place,
  kernelRun: KernelRun,
  { start, end }: { start: number; end: number },
): void {
  kernelRun.write()
  let i = start
  while (i < end) {
    if (!kernelRun.canFill()) {
      kernelRun.read()
      takeCandle(leg, place, i)
      kernelRun.write()
      i += 1
      continue
    }
    // Until when a position may be held is known once it is there.
    const until = leg.order.isTimed(leg.spec.risk.timeStop)
      ? i + 1
      : Math.min(end, leg.nextWord(i - 1) + 1)
    passByKernel(leg, kernelRun, i, until)
    i = until
  }
  kernelRun.read()
}

/** Takes candles of which the strategy can have a word at the last. */
function passByKernel(leg: Leg, kernelRun: KernelRun, first: number, end: number): void {
  const leftAt = kernelRun.pass(first, end)
  const last = end - 1
  const isAsked = leg.nextWord(last - 1) === last
  const quietEnd = isAsked ? last : end
  if (leftAt >= 0) {
    leg.passCloses(first, leftAt)
    leg.coolDown()
  }
  leg.passCloses(Math.max(first, leftAt), quietEnd)
  if (isAsked) leg.decide(last)
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

/** A candle at which an order fills or a level is touched. */
function takeCandle(leg: Leg, { account, curve, candles }: Place, i: number): void {
  leg.fillAtOpen(i)
  leg.protect(i)
  const { quantity } = leg.position
  curve.push(account.cash + quantity * candles.close[i]!)
  if (quantity !== 0) curve.candlesInMarket += 1
  if (leg.nextWord(i - 1) === i) leg.decide(i)
  else leg.passCloses(i, i + 1)
}
