import { momentsOf } from './moments.js'

/** Correlations of every two columns, none of them constant; row by row, 1 on the diagonal. */
export function correlationsOf(columns: readonly Float64Array[]): Float64Array {
  const width = columns.length
  const standard = columns.map(standardised)
  const matrix = new Float64Array(width * width)
  for (let i = 0; i < width; i++) {
    matrix[i * width + i] = 1
    for (let j = i + 1; j < width; j++) {
      const value = Math.max(-1, Math.min(1, dot(standard[i]!, standard[j]!)))
      matrix[i * width + j] = value
      matrix[j * width + i] = value
    }
  }
  return matrix
}

/** Less its mean, and of length one. */
function standardised(column: Float64Array): Float64Array {
  const { mean, deviation, count } = momentsOf(column)
  const length = deviation * Math.sqrt(count - 1)
  return column.map(value => (value - mean) / length)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
  return sum
}

/** The mean correlation of two different columns; 0 for one column. */
export function averageCorrelation(matrix: Float64Array, width: number): number {
  if (width < 2) return 0
  let sum = 0
  for (const value of matrix) sum += value
  return (sum - width) / (width * (width - 1))
}
