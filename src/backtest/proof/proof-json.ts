import { formatTime } from '../../core/candles/time.js'
import type { Violation } from './differences.js'
import type { Proof } from './proof.js'

/** A proof as programs read it: keys in snake_case, times ISO 8601 in UTC. */
export function proofJson({ lookahead, warmUp, determinism }: Proof): Record<string, unknown> {
  return {
    lookahead: lookahead && {
      passed: lookahead.passed,
      samples: lookahead.samples.length,
      sampled: lookahead.samples.map(formatTime),
      fed_one_by_one: lookahead.fedOneByOne,
      violations: lookahead.violations.map(violationJson),
    },
    warm_up: warmUp && {
      passed: warmUp.passed,
      samples: warmUp.samples.length,
      sampled: warmUp.samples.map(formatTime),
      indicators: warmUp.indicators,
      decisions: warmUp.decisions,
      ties: warmUp.ties,
      violations: warmUp.violations.map(violationJson),
    },
    determinism: {
      passed: determinism.passed,
      runs: determinism.runs,
      violations: determinism.violations.map(violationJson),
    },
  }
}

function violationJson({
  time,
  what,
  kind,
  before,
  after,
  text,
}: Violation): Record<string, unknown> {
  return { time: formatTime(time), what, kind, before, after, text }
}
