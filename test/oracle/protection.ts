import type { Candles } from '../../src/core/candles/candles.js'
import type { ExitReason } from '../../src/core/account/trade.js'
import { marketPrice, type Holding, type OracleRun } from './account.js'
import { exit } from './fills.js'

interface Bar {
  readonly open: number
  readonly high: number
  readonly low: number
}

/** A protective exit: at which price before slippage, and why. */
interface Touch {
  readonly reference: number
  readonly reason: ExitReason
  readonly ambiguous: boolean
}

/** "Protective exits of an open position are checked against H and L." */
export function checkProtection(run: OracleRun, i: number, detail: Candles | undefined): void {
  const holding = run.holding
  if (!holding || (run.spec.fill === 'close' && holding.entryIndex === i)) return
  const whole = barAt(run.candles, i)
  const bars = detail ? barsWithin(run.candles, i, detail) : []
  const path = reaches(bars, whole) ? bars : [whole]
  const touch = firstTouch(holding, path, holding.entryIndex < i)
  if (touch) leave(run, touch, i)
}

function barAt(candles: Candles, i: number): Bar {
  return { open: candles.open[i]!, high: candles.high[i]!, low: candles.low[i]! }
}

/** "With `--detail` the order inside the candle is taken from the finer candles instead". */
function barsWithin(candles: Candles, i: number, detail: Candles): Bar[] {
  const since = candles.time[i]!
  const until = since + candles.timeframeMs
  const bars: Bar[] = []
  for (let k = lowerBound(detail, since); k < detail.length && detail.time[k]! < until; k++) {
    bars.push(barAt(detail, k))
  }
  return bars
}

/** Where finer candles are missing, and an extreme with them, the candle itself decides. */
function reaches(bars: readonly Bar[], whole: Bar): boolean {
  const high = Math.max(...bars.map(bar => bar.high))
  const low = Math.min(...bars.map(bar => bar.low))
  return high >= whole.high * (1 - 1e-9) && low <= whole.low * (1 + 1e-9)
}

function lowerBound(candles: Candles, time: number): number {
  let k = 0
  for (let jump = 1 << 24; jump > 0; jump >>= 1) {
    if (k + jump <= candles.length && candles.time[k + jump - 1]! < time) k += jump
  }
  return k
}

/** "by the same rules": each finer candle as a candle; after the first, the position was open before. */
function firstTouch(holding: Holding, bars: readonly Bar[], wasOpen: boolean): Touch | null {
  for (const [k, bar] of bars.entries()) {
    notePath(holding, bar)
    const touch = touchOf(holding, bar, wasOpen || k > 0)
    if (touch) return touch
    // "else `peak = max(peak, H)`: a candle's own high never tightens the stop it is checked against"
    holding.peak =
      holding.side === 1 ? Math.max(holding.peak, bar.high) : Math.min(holding.peak, bar.low)
  }
  return null
}

/** Prices of a short are turned over (their sign), so that one set of rules serves both sides. */
function touchOf(holding: Holding, bar: Bar, wasOpen: boolean): Touch | null {
  const { side } = holding
  const open = side * bar.open
  const low = side === 1 ? bar.low : -bar.high
  const high = side === 1 ? bar.high : -bar.low
  const stop = stopOf(holding)
  const target = targetOf(holding)
  const stopped = low <= stop.level
  const taken = high >= target
  const inside = (level: number): number =>
    Math.min(Math.max(level, Math.min(open, low)), Math.max(open, high))
  if (stopped) {
    // "exit at `stop`, or at O where the position was already open before this candle and `O <= stop`"
    const gapped = wasOpen && open <= stop.level
    const reference = side * (gapped ? open : inside(stop.level))
    return { reference, reason: stop.reason, ambiguous: taken && !gapped }
  }
  if (!taken) return null
  // "exit at `target`, or at O where the position was already open before this candle and `O >= target`"
  const reference = side * (wasOpen && open >= target ? open : target)
  return { reference, reason: 'take_profit', ambiguous: false }
}

/** "The effective stop is the higher of the two; the reason is `trailing_stop` only where the trailing level is strictly higher." */
function stopOf({ side, firstPrice, peak, exits }: Holding): { level: number; reason: ExitReason } {
  const fixed = exits.stopLoss > 0 ? side * (firstPrice * (1 - side * exits.stopLoss)) : -Infinity
  const trailing =
    exits.trailingStop > 0 ? side * (peak * (1 - side * exits.trailingStop)) : -Infinity
  return trailing > fixed
    ? { level: trailing, reason: 'trailing_stop' }
    : { level: fixed, reason: 'stop_loss' }
}

/** "`take_profit` t: level `P x (1 + t)`." */
function targetOf({ side, firstPrice, exits }: Holding): number {
  return exits.takeProfit > 0 ? side * (firstPrice * (1 + side * exits.takeProfit)) : Infinity
}

/** "MAE and MFE (worst and best unrealised return while open, from L and H)". */
function notePath(holding: Holding, bar: Bar): void {
  for (const price of [bar.low, bar.high]) {
    const unrealised = (holding.side * (price - holding.entryPrice)) / holding.entryPrice
    holding.mae = Math.min(holding.mae, unrealised)
    holding.mfe = Math.max(holding.mfe, unrealised)
  }
}

/** "stop and trailing stop are market orders once touched. Take-profit fills at its price, without slippage." */
function leave(run: OracleRun, { reference, reason, ambiguous }: Touch, index: number): void {
  const { side, size } = run.holding!
  const direction = side === 1 ? -1 : 1
  const price =
    reason === 'take_profit'
      ? reference
      : marketPrice(run, { direction, reference, quantity: size })
  exit(run, { price, size, reason, ambiguous }, { index, reference })
}
