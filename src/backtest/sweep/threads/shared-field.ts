import {
  allocateCandles,
  COLUMNS,
  withReferences,
  type Candles,
} from '../../../core/candles/candles.js'
import type { KnownColumns } from '../../../core/engine/columns.js'
import { foldIndicator } from '../../../core/indicators/indicator.js'
import type { RunData } from '../../run/record/run-request.js'
import { allocateColumns, ColumnStore, type SharedColumns } from './column-store.js'

/** The candles of a field in shared memory, and room for its indicator columns. */
export interface SharedField {
  readonly data: RunData
  readonly columns: SharedColumns
}

/**
 * Shares what fields read: candles that several of them read are copied once, and so is the room
 * for their columns, which together take `bytes`.
 */
export function shareFields(fields: readonly RunData[], bytes: number): SharedField[] {
  const known = new Map<Candles, SharedField>()
  const distinct = new Set(fields.map(({ main }) => main.candles)).size
  return fields.map(data => {
    const { main, detail } = data
    const same = known.get(main.candles)
    if (same && detail === null) return same
    const field: SharedField = {
      data: shareData(data),
      columns: same?.columns ?? allocateColumns(main.candles.length, bytes / distinct),
    }
    known.set(main.candles, field)
    return field
  })
}

function shareData({ main, detail, references: others }: RunData): RunData {
  const references = others?.map(other => ({ ...other, candles: shareCandles(other.candles) }))
  const candles = shareCandles(main.candles)
  return {
    main: { ...main, candles: references ? withReferences(candles, references) : candles },
    detail: detail && { ...detail, candles: shareCandles(detail.candles) },
    ...(references && { references }),
  }
}

function shareCandles(candles: Candles): Candles {
  const { length } = candles
  if (candles.time.buffer instanceof SharedArrayBuffer && candles.time.length === length) {
    return candles
  }
  const shared = allocateCandles(candles.timeframeMs, length, true)
  for (const name of COLUMNS) shared[name].set(candles[name].subarray(0, length))
  return shared
}

/** Looks columns up in the store of their field, and computes those that are not there. */
export function storedColumns(fields: readonly SharedField[]): (field: number) => KnownColumns {
  const stores = new Map<SharedColumns, ColumnStore>()
  const known = fields.map(({ data, columns }): KnownColumns => {
    const store = stores.get(columns) ?? new ColumnStore(columns)
    stores.set(columns, store)
    return indicator =>
      store.get(indicator.key, values => foldIndicator(indicator, data.main.candles, values))
  })
  return field => known[field]!
}
