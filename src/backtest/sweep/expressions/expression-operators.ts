export type ExpressionValue = number | string | boolean | null

/** What can be done with two numbers. */
export const ARITHMETIC = new Map<string, (a: number, b: number) => number>([
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
  ['%', (a, b) => a % b],
])

export const COMPARISONS = new Map<string, (a: number, b: number) => boolean>([
  ['<', (a, b) => a < b],
  ['<=', (a, b) => a <= b],
  ['>', (a, b) => a > b],
  ['>=', (a, b) => a >= b],
])

interface Calculation {
  readonly argumentsMax: number
  readonly of: (this: void, ...values: number[]) => number
}

export const FUNCTIONS = new Map<string, Calculation>([
  ['min', { argumentsMax: Infinity, of: Math.min }],
  ['max', { argumentsMax: Infinity, of: Math.max }],
  ['abs', { argumentsMax: 1, of: Math.abs }],
  ['sqrt', { argumentsMax: 1, of: Math.sqrt }],
  ['log', { argumentsMax: 1, of: Math.log }],
])

/** Null stays null. */
export function spread(
  value: ExpressionValue,
  then: (value: ExpressionValue) => boolean,
): boolean | null {
  return value === null ? null : then(value)
}

/** Null where one of two values is missing. */
export function both(
  a: ExpressionValue,
  b: ExpressionValue,
  then: (a: ExpressionValue, b: ExpressionValue) => boolean,
): boolean | null {
  return a === null || b === null ? null : then(a, b)
}

/** Null for what is no number: 1 / 0, the root of -1. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
