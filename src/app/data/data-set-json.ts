import { formatTime } from '../../core/candles/time.js'
import type { DataSet } from '../../core/ports/market/candles.js'

/** A data set as programs see it. */
export function dataSetJson({ first, last, dataHash, fetched, ...set }: DataSet) {
  return {
    ...set,
    fetched: fetched && { adapter: fetched.adapter, at: formatTime(fetched.at) },
    first: formatTime(first),
    last: formatTime(last),
    data_hash: dataHash,
  }
}
