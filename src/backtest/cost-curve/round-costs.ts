import type { QuoteColumns } from '../../core/ports/market/quotes.js'

/** Costs of quotes against the middle of their round, in basis points. */
export interface QuoteCosts {
  readonly length: number
  /** In units of the quote coin. */
  readonly size: Float64Array
  readonly bps: Float64Array
  readonly isBuy: Uint8Array
  /** Counts the rounds that are used. */
  readonly round: Int32Array
}

/** A round that is used. */
export interface UsedRound {
  readonly mid: number
  readonly time: number
  /** Movement of the middle in the minute before, as a share; NaN where nothing is that old. */
  readonly move: number
}

export interface RoundCosts {
  readonly costs: QuoteCosts
  readonly rounds: readonly UsedRound[]
  /** Rounds in which the market moved too far, or whose smallest size had no quotes. */
  readonly discarded: number
  /** By size: quotes asked, and those without a price. */
  readonly asked: ReadonlyMap<number, { readonly asked: number; readonly failed: number }>
}

/** A round whose two middles are further apart is no picture of one moment. */
const DRIFT_BPS = 3
const DRIFT_SLOTS = 20
const MINUTE_MS = 60_000
/** The round a minute before lies within this of it. */
const MINUTE_TOLERANCE_MS = 45_000

/**
 * What each quote costs against the middle of its round: the geometric mean of buying and selling
 * the smallest size. Rounds in which the market moved are left out.
 */
export function roundCosts(quotes: QuoteColumns): RoundCosts {
  const out = {
    length: 0,
    size: new Float64Array(quotes.length),
    bps: new Float64Array(quotes.length),
    isBuy: new Uint8Array(quotes.length),
    round: new Int32Array(quotes.length),
  }
  const rounds: { mid: number; time: number; move: number }[] = []
  const asked = new Map<number, { asked: number; failed: number }>()
  let [discarded, before] = [0, 0]
  for (let from = 0; from < quotes.length;) {
    const to = endOfRound(quotes, from)
    countAsked(quotes, from, to, asked)
    const mid = middleOf(quotes, from, to)
    if (Number.isNaN(mid)) discarded++
    else {
      const time = quotes.time[from]!
      while (
        before < rounds.length &&
        time - rounds[before]!.time > MINUTE_MS + MINUTE_TOLERANCE_MS
      )
        before++
      rounds.push({ mid, time, move: moveSince(rounds[before], mid, time) })
      addCosts(quotes, { from, to, mid, round: rounds.length - 1 }, out)
    }
    from = to
  }
  return { costs: out, rounds, discarded, asked }
}

function endOfRound({ round, length }: QuoteColumns, from: number): number {
  let to = from + 1
  while (to < length && round[to] === round[from]) to++
  return to
}

function countAsked(
  { size, price }: QuoteColumns,
  from: number,
  to: number,
  asked: Map<number, { asked: number; failed: number }>,
): void {
  for (let i = from; i < to; i++) {
    let one = asked.get(size[i]!)
    if (one === undefined) asked.set(size[i]!, (one = { asked: 0, failed: 0 }))
    one.asked++
    if (Number.isNaN(price[i])) one.failed++
  }
}

/** NaN where the round is of no use. */
function middleOf(quotes: QuoteColumns, from: number, to: number): number {
  if (to - from < 4) return NaN
  const { price, slot, size } = quotes
  const first = Math.sqrt(price[from]! * price[from + 1]!)
  const last = Math.sqrt(price[to - 2]! * price[to - 1]!)
  const isLadder = size[from] === size[to - 1]
  const drift = Math.abs(last / first - 1) * 10_000
  const slots = Math.abs(slot[to - 1]! - slot[from]!)
  if (!isLadder || !(drift <= DRIFT_BPS) || slots > DRIFT_SLOTS) return NaN
  return first
}

function moveSince(before: UsedRound | undefined, mid: number, time: number): number {
  if (before === undefined || time - before.time < MINUTE_TOLERANCE_MS) return NaN
  return Math.abs(mid / before.mid - 1)
}

function addCosts(
  { size, price, isBuy }: QuoteColumns,
  { from, to, mid, round }: { from: number; to: number; mid: number; round: number },
  out: { length: number } & Omit<QuoteCosts, 'length'>,
): void {
  // The pair at the end repeats the smallest size to show drift alone.
  for (let i = from; i < to - 2; i++) {
    if (Number.isNaN(price[i])) continue
    const k = out.length++
    out.size[k] = size[i]!
    out.bps[k] = Math.abs(price[i]! / mid - 1) * 10_000
    out.isBuy[k] = isBuy[i]!
    out.round[k] = round
  }
}
