import { candleAt } from '../../core/candles/candles.js'
import type { Millis } from '../../core/candles/time.js'
import { indicatorsOf } from '../../core/engine/columns.js'
import type { LegColumns } from '../../core/engine/spec.js'
import { Session } from '../../core/engine/session.js'
import { Recorder, type Observation, type ProofInput } from './observation.js'
import { columnOf } from '../../core/strategy/moment.js'

/** What the strategy sees and says where `Session` feeds it the first `length` candles, one by one. */
export function observeLive(input: ProofInput, length: number): Observation {
  const feed = new LiveFeed(input, length)
  for (let i = 0; i < length && feed.failure === null; i++) feed.take(i)
  return feed.observation()
}

/** A session under observation, to be fed beside others. */
export class LiveFeed {
  failure: string | null = null
  private readonly input: ProofInput
  private readonly length: number
  private readonly recorder: Recorder
  private readonly session: Session
  private readonly indicators: LegColumns
  private readonly names: readonly string[]
  /** How many candles of each reference were fed. */
  private readonly fed: number[]

  constructor(input: ProofInput, length: number) {
    const { spec, candles, first, decideFrom = 0 } = input
    const since = Math.max(first, decideFrom)
    this.input = input
    this.length = length
    this.recorder = new Recorder(spec.legs[0]!, candles, { length, since })
    this.names = Object.keys(indicatorsOf(this.recorder.leg))
    this.indicators = Object.fromEntries(
      this.names.map(name => [name, new Float64Array(length).fill(NaN)]),
    )
    this.fed = (candles.references ?? []).map(() => 0)
    this.session = Session.on({ ...spec, legs: [this.recorder.leg] }, candles.timeframeMs)
  }

  /** Feeds the candle at index `i`, the next one. */
  take(i: number): void {
    const { candles, first } = this.input
    try {
      const closed = candles.time[i]! + candles.timeframeMs
      this.feedReferences(closed)
      if (i < first) this.session.warm(candleAt(candles, i))
      else this.session.take({ kind: 'candle', market: 0, candle: candleAt(candles, i) })
      // Where another market has a hole, only the clock says that nothing of it is to come.
      if (this.fed.length > 0) this.session.take({ kind: 'time', time: closed })
    } catch (error) {
      this.failure = (error as Error).message
    }
    const { indicators } = this.session.engine.legs[0]!.moment
    for (const name of this.names) this.indicators[name]![i] = columnOf(indicators[name]!)[i]!
  }

  observation(): Observation {
    return this.recorder.observation(this.indicators, this.length, this.failure)
  }

  /** Feeds what of the other markets has closed by a time. */
  private feedReferences(time: Millis): void {
    const { references = [] } = this.input.candles
    references.forEach(({ symbol, candles }, k) => {
      const { timeframeMs } = candles
      for (let at = this.fed[k]!; at < candles.length; at = ++this.fed[k]!) {
        if (candles.time[at]! + timeframeMs > time) return
        const candle = candleAt(candles, at)
        this.session.take({ kind: 'reference', symbol, timeframeMs, candle })
      }
    })
  }
}
