import { NO_VALUE, type PackedColumn } from './payload.js'

/** A column from its inflated planes. Whole numbers come back divided by their scale. */
export function unpackColumn(column: PackedColumn, planes: readonly Uint8Array[]): Float64Array {
  switch (column.coding) {
    case 'delta':
    case 'plain':
      return valuesOf(unpackCodes(column, planes), column.scale)
    case 'float32':
      return Float64Array.from(new Float32Array(joinFloat(column, planes, 4)))
    case 'float64':
      return new Float64Array(joinFloat(column, planes, 8))
  }
}

/** The whole numbers of a `delta` or `plain` column, before the scale. */
export function unpackCodes(column: PackedColumn, planes: readonly Uint8Array[]): Int32Array {
  const codes = new Int32Array(column.length)
  planes.forEach((plane, k) => {
    const shift = k * 8
    for (let i = 0; i < codes.length; i++) codes[i]! |= plane[i]! << shift
  })
  const step = column.coding === 'delta' ? 1 : 0
  let before = 0
  for (let i = 0; i < codes.length; i++) {
    const zigzag = codes[i]!
    const code = (((zigzag >>> 1) ^ -(zigzag & 1)) + before * step) | 0
    codes[i] = code
    before = code
  }
  return codes
}

/** Codes as values; NaN for "no value". */
export function valuesOf(codes: Int32Array, scale: number): Float64Array {
  const values = new Float64Array(codes.length)
  for (let i = 0; i < codes.length; i++) {
    values[i] = codes[i] === NO_VALUE ? NaN : codes[i]! / scale
  }
  return values
}

/** Codes of a candle's four prices, in place of what each was written against. */
export interface PriceCodes {
  readonly open: Int32Array
  readonly high: Int32Array
  readonly low: Int32Array
  readonly close: Int32Array
}

/**
 * Undoes `linkPrices`: the open is written against the close before, the close against the open,
 * the high above the larger and the low below the smaller of the two.
 */
export function restorePrices({ open, high, low, close }: PriceCodes): void {
  let before = 0
  for (let i = 0; i < open.length; i++) {
    const first = open[i]! + before
    const last = close[i]! + first
    open[i] = first
    close[i] = last
    high[i] = Math.max(first, last) + high[i]!
    low[i] = Math.min(first, last) - low[i]!
    before = last
  }
}

function joinFloat(
  column: PackedColumn,
  planes: readonly Uint8Array[],
  width: number,
): ArrayBuffer {
  const bytes = new Uint8Array(column.length * width)
  planes.forEach((plane, k) => {
    let at = width - 1 - k
    for (let i = 0; i < column.length; i++, at += width) bytes[at] = plane[i]!
  })
  return bytes.buffer
}
