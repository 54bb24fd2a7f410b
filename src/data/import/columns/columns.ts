import { AppError } from '../../../core/errors.js'
import type { PriceRole, VolumeKind } from '../cells/column-names.js'

/** Which column holds what, by index. */
export interface ColumnPlan extends Readonly<Record<PriceRole, number>> {
  /** One column or two, date and clock; undefined where it is to be found by the data. */
  readonly time: readonly number[] | undefined
  readonly volume: number | undefined
  readonly volumeKind: VolumeKind
  readonly notes: readonly string[]
}

export function tradesError(file: string): AppError {
  return new AppError(
    'IMPORT_FORMAT',
    `"${file}" holds single trades (time, price, amount), not candles`,
    {
      hint: 'build candles from them first; Assay does not read trades',
      data: { file },
    },
  )
}

export function quotesError(file: string): AppError {
  return new AppError('IMPORT_FORMAT', `"${file}" holds quotes (bid and ask), not traded prices`, {
    hint: 'import the file of trades instead, or choose one side with --columns, for example --columns time,open,high,low,close,-',
    data: { file },
  })
}
