import { createHash } from 'node:crypto'
import { COLUMNS, type Candles } from '../../core/candles/candles.js'

/**
 * SHA-256 of time, open, high, low, close and volume, a column after the other, as little-endian
 * doubles. It names the data wherever it is kept.
 */
export function dataHash(candles: Candles): string {
  const hash = createHash('sha256')
  for (const column of COLUMNS) hash.update(columnBytes(candles[column], candles.length))
  return hash.digest('hex')
}

/** A column's bytes. Typed arrays are little-endian on every machine that Node runs on today. */
export function columnBytes(column: Float64Array, length: number): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, length * 8)
}
