import type { Millis } from '../../core/candles/time.js'
import type { EventRecord } from '../../core/ports/research/events.js'

/** What was decided at a close, and what became of it. */
export interface Decision {
  readonly exposure: number
  readonly outcome: string
}

/**
 * How a decision of a session and that of the engine over the same candles compare. `missing`: the
 * session has none. `extra`: the engine has none. `changed`: something else was asked for, or became
 * of it. `late`: so it is, and the candle came too late to be entered upon.
 */
export interface DifferingDecision {
  readonly kind: 'missing' | 'extra' | 'changed' | 'late'
  /** Open of the candle at whose close it was made. */
  readonly time: Millis
  readonly symbol: string
  readonly strategy: string
  readonly session: Decision | null
  readonly engine: Decision | null
}

export interface ComparedDecisions {
  readonly same: number
  readonly differing: readonly DifferingDecision[]
}

/** Compares what a session decided with what the engine decides over its candles. */
export function compareDecisions(
  session: readonly EventRecord[],
  engine: readonly EventRecord[],
): ComparedDecisions {
  const [own, other] = [decisionsOf(session), decisionsOf(engine)]
  const late = new Set(
    session
      .filter(({ type }) => type === 'candle.late')
      .map(({ payload }) => (payload as { readonly candle: Millis }).candle),
  )
  let same = 0
  const differing: DifferingDecision[] = []
  for (const key of new Set([...own.keys(), ...other.keys()])) {
    const [one, two] = [own.get(key) ?? null, other.get(key) ?? null]
    if (one?.exposure === two?.exposure && one?.outcome === two?.outcome) same += 1
    else differing.push(differingOf((one ?? two)!, { one, two }, late))
  }
  return { same, differing: differing.sort((a, b) => a.time - b.time) }
}

interface Placed extends Decision {
  readonly time: Millis
  readonly symbol: string
  readonly strategy: string
}

function decisionsOf(events: readonly EventRecord[]): Map<string, Placed> {
  const decisions = new Map<string, Placed>()
  for (const { type, time, payload } of events) {
    if (type !== 'signal') continue
    const { symbol, strategy, exposure, outcome } = payload as Placed
    const placed = { time, symbol, strategy, exposure, outcome }
    decisions.set(`${time} ${symbol} ${strategy}`, placed)
  }
  return decisions
}

function differingOf(
  { time, symbol, strategy }: Placed,
  { one, two }: { readonly one: Placed | null; readonly two: Placed | null },
  late: ReadonlySet<Millis>,
): DifferingDecision {
  const plain = one === null ? 'missing' : two === null ? 'extra' : 'changed'
  const said = (placed: Placed | null): Decision | null =>
    placed && { exposure: placed.exposure, outcome: placed.outcome }
  return {
    kind: late.has(time) ? 'late' : plain,
    time,
    symbol,
    strategy,
    session: said(one),
    engine: said(two),
  }
}
