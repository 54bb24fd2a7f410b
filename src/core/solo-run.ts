import type { Account } from './account.js'
import type { Candles } from './candles.js'
import type { EquityCurve } from './equity-curve.js'
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
export function runAlone(leg: Leg, place: Place, start: number, end: number): void {
  if (leg.isPredictable) {
    leg.foresee(end)
    runByWord(leg, place, start, end)
  } else {
    runAsked(leg, place, start, end)
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

/** For a strategy whose words are known beforehand: quiet candles are only marked. */
function runByWord(leg: Leg, place: Place, start: number, end: number): void {
  for (let i = start; i < end; i++) {
    takeCandle(leg, place, i)
    if (leg.hasOrder()) continue
    const next = leg.quietUntil(i + 1, Math.min(end, leg.nextWord(i)))
    if (next > i + 1) passQuietly(leg, place, i + 1, next)
    i = next - 1
  }
}

function takeCandle(leg: Leg, { account, curve, candles }: Place, i: number): void {
  if (leg.isBusy()) {
    leg.fillAtOpen(i)
    leg.protect(i)
  }
  const { quantity } = leg.position
  curve.push(account.cash + quantity * candles.close[i]!)
  if (quantity !== 0) curve.candlesInMarket += 1
  if (leg.nextWord(i - 1) === i) leg.decide(i)
  else leg.passQuietly(i, i + 1)
}

/** Marks the candles from `first` to before `end`, at which nothing happens. */
function passQuietly(
  leg: Leg,
  { account, curve, candles }: Place,
  first: number,
  end: number,
): void {
  leg.passQuietly(first, end)
  if (leg.position.quantity === 0) return curve.pushSame(account.cash, end - first)
  curve.candlesInMarket += end - first
  curve.pushMarked(account, leg.position, candles.close, first, end)
}
