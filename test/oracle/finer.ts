import type { OracleCandle, OracleDetail } from './model.js'
import type { Dice } from './scenes.js'

/** Finer candles that make the candles of a market, with what stored ones lack now and then. */
export function detailOf(
  dice: Dice,
  candles: readonly OracleCandle[],
  { timeframeMs, round }: { timeframeMs: number; round: (price: number) => number },
): OracleDetail {
  const count = dice.pick([2, 3, 4, 6])
  const fineMs = timeframeMs / count
  const holes = dice.pick([0, 0.05, 0.4])
  return {
    timeframeMs: fineMs,
    candles: candles.flatMap(candle =>
      dice.chance(0.05)
        ? []
        : partsOf(dice, candle, { count, round })
            .map((part, k) => ({ ...part, time: candle.time + k * fineMs }))
            .filter(() => !dice.chance(holes)),
    ),
  }
}

/** A path from open to close that reaches high and low, each in a part drawn for it. */
function partsOf(
  dice: Dice,
  whole: OracleCandle,
  { count, round }: { count: number; round: (price: number) => number },
): readonly OracleCandle[] {
  const inside = (): number =>
    Math.min(whole.high, Math.max(whole.low, round(dice.between(whole.low, whole.high))))
  const [top, bottom] = [dice.whole(0, count - 1), dice.whole(0, count - 1)]
  const off = dice.maybe(0.1, [0.999, 1 - 5e-10, 1.001], 1)
  let last = whole.open
  return Array.from({ length: count }, (_, k) => {
    const open = k > 0 && dice.chance(0.2) ? inside() : last
    const close = k === count - 1 ? whole.close : inside()
    const [one, other] = dice.chance(0.5) ? [open, close] : [inside(), inside()]
    const low = k === bottom ? whole.low : Math.min(close, one, other)
    last = close
    return {
      time: whole.time,
      open,
      high: Math.max(low, k === top ? whole.high * off : Math.max(close, one, other)),
      low,
      close,
      volume: dice.maybe(0.2, [0], whole.volume / count),
    }
  })
}
