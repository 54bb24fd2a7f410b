import { assert } from '../assert.js'
import type { Point, Search } from './search.js'

/** Points a round of a search that does not look at scores. */
const ROUND_POINTS = 4096

/** A search that takes points from a source, whatever their scores, until it is dry. */
export function unguidedSearch(pointsMax: number, draw: () => Point | undefined): Search {
  let proposed = 0
  let isDry = false
  return {
    pointsMax,
    next() {
      const round: Point[] = []
      while (!isDry && round.length < ROUND_POINTS && proposed < pointsMax) {
        const point = draw()
        if (point === undefined) isDry = true
        else {
          round.push(point)
          proposed += 1
        }
      }
      return round
    },
    tell: () => undefined,
  }
}

/** A point whose score is known; null where it has none. */
export interface Observation {
  /** The point. */
  readonly point: Point
  /** Higher is better; null where it has none. */
  readonly score: number | null
}

export interface Guide {
  /** The most points that it proposes. */
  readonly pointsMax: number
  /** Points of the first round. */
  readonly startup: number
  /** Points of every other round. */
  readonly roundPoints: number
  /** Rounds without a better score, the first aside, after which the search ends. */
  readonly patience: number
  /** A point for the first round; undefined where the space is exhausted. */
  start(): Point | undefined
  /** Called before the points of a round are proposed. */
  learn(observations: readonly Observation[]): void
  /** A point for the round, from what was learned; undefined where it finds none. */
  propose(): Point | undefined
}

/** A search that proposes by what it was told. Ends after `patience` rounds that found nothing better. */
export function guidedSearch(guide: Guide): Search {
  const observations: Observation[] = []
  let round: Point[] = []
  let best = -Infinity
  let rounds = 0
  let stale = 0
  let isTold = true
  let isOver = false
  return {
    pointsMax: guide.pointsMax,
    next() {
      assert(isTold, 'a round was asked for before the scores of the last were told')
      const isFirst = rounds === 0
      round = []
      if (isOver || stale >= guide.patience) return round
      if (!isFirst) guide.learn(observations)
      const left = guide.pointsMax - observations.length
      const wanted = Math.min(left, isFirst ? guide.startup : guide.roundPoints)
      while (round.length < wanted) {
        const point = isFirst ? guide.start() : guide.propose()
        if (point === undefined) break
        round.push(point)
      }
      rounds += 1
      isOver = round.length === 0
      isTold = isOver
      return round
    },
    tell(scores) {
      assert(scores.length === round.length, `${scores.length} scores for ${round.length} points`)
      const before = best
      for (const [k, point] of round.entries()) {
        const score = scores[k]!
        assert(score === null || !Number.isNaN(score), 'a score is NaN')
        observations.push({ point, score })
        if (score !== null && score > best) best = score
      }
      stale = rounds > 1 && best <= before ? stale + 1 : 0
      isTold = true
    },
  }
}

/** Rounds of a sixteenth of the trials: small ones learn more often, large ones keep workers busy. */
export function guidedRoundPoints(trials: number): number {
  return Math.max(8, Math.min(64, Math.round(trials / 16)))
}

/** Best score first; points without a score last; ties by age, so that the order is one. */
export function bestFirst(observations: readonly Observation[]): readonly Observation[] {
  const value = ({ score }: Observation): number => score ?? -Infinity
  return observations.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)]
    return left === right ? 0 : right > left ? 1 : -1
  })
}
