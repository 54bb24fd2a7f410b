import type { Interval, Statistic } from '../../core/statistics/statistic.js'

/** What a question is about. */
export type CheckGroup = 'result' | 'luck' | 'costs' | 'robustness' | 'ruin'

/**
 * How a value is read: a gain as a fraction of capital, a share or probability as a fraction, a
 * p-value, a multiple of what is needed, 1 or 0 for yes or no, a count, a plain number.
 */
export type CheckUnit = 'return' | 'share' | 'p' | 'multiple' | 'flag' | 'count' | 'number'

/** One question that a validation asks of a result, and its answer. */
export interface Check {
  /** In snake_case: `deflated_sharpe`. */
  readonly name: string
  readonly group: CheckGroup
  readonly unit: CheckUnit
  /** What is asked, in plain words. */
  readonly question: string
  /** Null where the data do not give one; then `note` says why. */
  readonly value: number | null
  readonly interval: Interval | null
  /** What the value has to reach. */
  readonly limit: Limit | null
  /** Null where there is no value. */
  readonly passed: boolean | null
  /** The answer alone condemns the result. */
  readonly isFatal: boolean
  /** A verdict of `pass` needs an answer. */
  readonly isRequired: boolean
  /** How many returns, trades, paths or sets the value rests on. */
  readonly n: number
  readonly formula: string
  /** What the answer means, with its numbers. */
  readonly note: string
}

export interface Limit {
  readonly atLeast?: number
  readonly atMost?: number
}

export interface Question {
  readonly name: string
  readonly group: CheckGroup
  readonly unit: CheckUnit
  readonly question: string
  readonly limit: Limit
  /** Beyond this the answer condemns. */
  readonly fatal?: Limit
  readonly isRequired?: boolean
}

export interface Answer {
  readonly value: number | null
  readonly interval?: Interval | null
  readonly n: number
  readonly formula: string
  /** What it means where there is a value, why there is none where not. */
  readonly note: string
}

/** Judges an answer by its question. */
export function judge(asked: Question, answer: Answer): Check {
  const { value } = answer
  const { fatal } = asked
  return {
    name: asked.name,
    group: asked.group,
    unit: asked.unit,
    question: asked.question,
    value,
    interval: answer.interval ?? null,
    limit: asked.limit,
    passed: value === null ? null : meets(value, asked.limit),
    isFatal: value !== null && fatal !== undefined && !meets(value, fatal),
    isRequired: asked.isRequired === true,
    n: answer.n,
    formula: answer.formula,
    note: answer.note,
  }
}

function meets(value: number, { atLeast = -Infinity, atMost = Infinity }: Limit): boolean {
  return value >= atLeast && value <= atMost
}

/** A statistic as an answer: `say` tells what its value means, its own reason why there is none. */
export function answerOf(
  statistic: Statistic,
  { say, interval }: { say: (value: number) => string; interval?: Answer['interval'] },
): Answer {
  const { value, n, formula, reason } = statistic
  return {
    value,
    interval: interval === undefined ? statistic.interval : interval,
    n,
    formula,
    note: value === null ? (reason ?? 'there is no value') : say(value),
  }
}
