import type { Coverage } from '../../../core/ports/market/coverage.js'
import type { Millis } from '../../../core/candles/time.js'

/** A stretch of time, half-open. */
export interface Interval {
  /** Its beginning. */
  readonly since: Millis
  /** Its end, exclusive. */
  readonly until: Millis
}

/**
 * Coverage with newer coverage over it: where they overlap, the newer holds. In order of time,
 * neighbours that say the same joined.
 */
export function overlay(
  known: readonly Coverage[],
  newer: readonly Coverage[],
): readonly Coverage[] {
  let result = [...known]
  for (const one of newer) {
    result = [...result.flatMap(old => without(old, one)), one]
  }
  return joined(result.sort((a, b) => a.since - b.since))
}

/** What is left of an interval outside of another one. */
function without<T extends Interval>(old: T, one: Interval): T[] {
  if (old.until <= one.since || old.since >= one.until) return [old]
  const rest: T[] = []
  if (old.since < one.since) rest.push({ ...old, until: one.since })
  if (old.until > one.until) rest.push({ ...old, since: one.until })
  return rest
}

function joined(sorted: readonly Coverage[]): Coverage[] {
  const result: Coverage[] = []
  for (const next of sorted) {
    const last = result[result.length - 1]
    if (last !== undefined && last.until === next.since && saysTheSame(last, next)) {
      result[result.length - 1] = { ...last, until: next.until }
    } else result.push(next)
  }
  return result
}

function saysTheSame(a: Coverage, b: Coverage): boolean {
  return a.state === b.state && a.isSettled === b.isSettled && a.reason === b.reason
}

/** The parts of an interval that none of the others covers, in order of time. */
export function uncovered(asked: Interval, covered: readonly Interval[]): readonly Interval[] {
  let rest: Interval[] = asked.since < asked.until ? [asked] : []
  for (const one of covered) rest = rest.flatMap(part => without(part, one))
  return rest
}
