import { assert } from '../../assert.js'

/** Returns cut into blocks in time, with what each half of the blocks needs for its Sharpe ratio. */
export interface SplitBlocks {
  /** How many blocks. */
  readonly blocks: number
  /** How many trials. */
  readonly trials: number
  /** Rows of each block; the first ones are a row longer where the rows do not divide. */
  readonly rows: Int32Array
  /** Of each block, the sums of all trials' returns, less the mean of the trial. */
  readonly sums: readonly Float64Array[]
  /** The same of their squares. */
  readonly squares: readonly Float64Array[]
  /** Mean return of each trial. */
  readonly means: Float64Array
}

/** Sums once, so that a half of the blocks costs as many steps as it has blocks, for each trial. */
export function splitBlocks(columns: readonly Float64Array[], blocks: number): SplitBlocks {
  const count = columns[0]!.length
  assert(count >= blocks, 'fewer rows than blocks')
  const rows = Int32Array.from({ length: blocks }, (_, b) => rowsBefore(b + 1) - rowsBefore(b))
  const empty = (): Float64Array[] =>
    Array.from({ length: blocks }, () => new Float64Array(columns.length))
  const [sums, squares] = [empty(), empty()]
  const means = new Float64Array(columns.length)
  columns.forEach((column, k) => {
    const mean = meanOf(column)
    means[k] = mean
    let row = 0
    for (let b = 0; b < blocks; b++) {
      let [sum, square] = [0, 0]
      for (const end = row + rows[b]!; row < end; row++) {
        const away = column[row]! - mean
        sum += away
        square += away * away
      }
      sums[b]![k] = sum
      squares[b]![k] = square
    }
  })
  return { blocks, trials: columns.length, rows, sums, squares, means }

  function rowsBefore(block: number): number {
    return block * Math.floor(count / blocks) + Math.min(block, count % blocks)
  }
}

function meanOf(column: Float64Array): number {
  let sum = 0
  for (const value of column) sum += value
  return sum / column.length
}

/** A variance below this share of the mean square is what rounding leaves of none. */
const NO_VARIANCE = 1e-12

/** Room for the sums of one half. */
export interface Scratch {
  /** Of the trials' returns. */
  readonly sums: Float64Array
  /** Of the squares of these. */
  readonly squares: Float64Array
}

/**
 * Writes the Sharpe ratio per period of every trial over some blocks to `into`. One without
 * deviation there, such as one that did not trade, counts as 0.
 */
export function sharpesOver(
  split: SplitBlocks,
  blocks: readonly number[],
  into: Float64Array,
  { sums, squares }: Scratch,
): void {
  sums.fill(0)
  squares.fill(0)
  let rows = 0
  for (const b of blocks) {
    rows += split.rows[b]!
    addTo(sums, split.sums[b]!)
    addTo(squares, split.squares[b]!)
  }
  for (let k = 0; k < into.length; k++) {
    const away = sums[k]! / rows
    const variance = (squares[k]! - away * sums[k]!) / (rows - 1)
    const isFlat = variance <= (NO_VARIANCE * squares[k]!) / rows
    into[k] = isFlat ? 0 : (split.means[k]! + away) / Math.sqrt(variance)
  }
}

function addTo(sums: Float64Array, more: Float64Array): void {
  for (let k = 0; k < sums.length; k++) sums[k] = sums[k]! + more[k]!
}

/** Every choice of half of the blocks that holds block 0; the complements are the other choices. */
export function* halvesWithFirst(blocks: number): Generator<readonly number[]> {
  const half = blocks / 2
  const chosen = Array.from({ length: half }, (_, k) => k)
  for (;;) {
    yield chosen
    let k = half - 1
    while (k > 0 && chosen[k] === blocks - half + k) k--
    if (k === 0) return
    chosen[k] = chosen[k]! + 1
    for (let next = k + 1; next < half; next++) chosen[next] = chosen[next - 1]! + 1
  }
}
