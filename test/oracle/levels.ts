import type { Exits } from '../../src/core/strategy/intent.js'
import { isAbove, isAtLeast } from './numbers.js'
import type { LegState, Position } from './state.js'

/** Stop and target of an open position in the candle at hand. */

export interface Level {
  readonly price: number
  readonly reason: string
}

/** "Beside those of the settings the tighter of each pair holds." */
export function ownExits(settings: Exits, own: Exits): Pick<Position, 'exits' | 'rois'> {
  const tighter = (name: keyof Omit<Exits, 'roi'>): Record<string, number> => {
    const both = [settings[name] ?? 0, own[name] ?? 0].filter(value => value > 0)
    return both.length === 0 ? {} : { [name]: Math.min(...both) }
  }
  const exits: Exits = {
    ...tighter('stopLoss'),
    ...tighter('takeProfit'),
    ...tighter('trailingStop'),
    ...tighter('trailingFrom'),
    ...tighter('breakEven'),
    ...tighter('timeStop'),
  }
  const rois = [settings.roi, own.roi].filter(roi => roi !== undefined)
  return { exits, rois }
}

/** The tightest stop: the highest of a long, the lowest of a short. Null where there is none. */
export function stopOf({ position }: LegState): Level | null {
  if (position === null) return null
  const { side, firstPrice, peak, exits } = position
  const candidates: Level[] = []
  if (exits.stopLoss !== undefined) {
    candidates.push({ price: firstPrice * (1 - side * exits.stopLoss), reason: 'stop_loss' })
  }
  if (position.keptStop !== null) {
    candidates.push({ price: position.keptStop, reason: 'stop_loss' })
  }
  if (exits.breakEven !== undefined && hasGained(position, exits.breakEven)) {
    candidates.push({ price: averageEntry(position), reason: 'break_even' })
  }
  const { trailingStop, trailingFrom } = exits
  if (
    trailingStop !== undefined &&
    (trailingFrom === undefined || hasGained(position, trailingFrom))
  ) {
    candidates.push({ price: peak * (1 - side * trailingStop), reason: 'trailing_stop' })
  }
  return tightest(candidates, (a, b) => side * a > side * b)
}

/** "Quantity-weighted", over all entries of the trade, whatever was given up between them. */
export function averageEntry({
  enteredValue,
  entered,
  fills,
  parts,
  firstPrice,
}: Position): number {
  if (fills.length - parts === 1) return firstPrice
  return enteredValue / entered
}

/** `peak >= P x (1 + g)`. */
function hasGained({ side, peak, firstPrice }: Position, gain: number): boolean {
  return isAtLeast(side * peak, side * firstPrice * (1 + side * gain))
}

/** The nearest target. `closes` is the number of closes since the entry. */
export function targetOf({ position }: LegState, closes: number): Level | null {
  if (position === null) return null
  const { side, firstPrice, exits, rois } = position
  const candidates: Level[] = []
  if (exits.takeProfit !== undefined) {
    candidates.push({ price: firstPrice * (1 + side * exits.takeProfit), reason: 'take_profit' })
  }
  if (position.keptTarget !== null) {
    candidates.push({ price: position.keptTarget, reason: 'take_profit' })
  }
  for (const roi of rois) {
    const keys = Object.keys(roi)
      .map(Number)
      .filter(key => key <= closes)
    if (keys.length === 0) continue
    const fraction = roi[Math.max(...keys)]!
    candidates.push({ price: firstPrice * (1 + side * fraction), reason: 'roi' })
  }
  return tightest(candidates, (a, b) => side * a < side * b)
}

/** The first of the candidates that none is strictly tighter than. */
function tightest(
  levels: readonly Level[],
  isTighter: (a: number, b: number) => boolean,
): Level | null {
  return levels.reduce<Level | null>(
    (best, level) => (best === null || isTighter(level.price, best.price) ? level : best),
    null,
  )
}

export function isPassedByStop(side: number, price: number, stop: number): boolean {
  return side === 1 ? !isAbove(price, stop) : !isAbove(stop, price)
}

export function isReachedByTarget(side: number, price: number, target: number): boolean {
  return side === 1 ? isAtLeast(price, target) : isAtLeast(target, price)
}
