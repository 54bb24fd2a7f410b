import type { Interval } from '../../core/statistics/statistic.js'

/** One question that a validation asks of a result, and its answer. */
export interface Check {
  /** In snake_case: `deflated_sharpe`. */
  readonly name: string
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
