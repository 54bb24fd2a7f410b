import { AppError } from '../../../core/errors.js'
import type { PriceRole } from '../cells/price-roles.js'
import type { VolumeKind } from '../cells/volume-names.js'
import type { Table } from '../tables/table.js'

/** Which column holds a row's volume, and what it counts. */
export interface VolumePlan {
  readonly volume: number | undefined
  readonly volumeKind: VolumeKind
  /** A volume column that was skipped because it is 0 throughout; undefined without one. */
  readonly silent?: number | undefined
  /** How it was decided, where more than the name did; why it is money. */
  readonly notes: readonly string[]
  /** Something that does not fit, and that the user should know. */
  readonly doubt?: string | undefined
}

/** Which column holds what, by index. */
export interface ColumnPlan extends Readonly<Record<PriceRole, number>>, VolumePlan {
  /** One column or two, date and clock; undefined where it is to be found by the data. */
  readonly time: readonly number[] | undefined
}

/** Columns that a plan takes neither prices, volume nor times from, by index, left to right. */
export function otherColumns({ header, sample }: Table, plan: ColumnPlan): number[] {
  const { open, high, low, close, volume, time } = plan
  const used = new Set([open, high, low, close, volume, ...(time ?? [])])
  const width = header?.length ?? sample[0]!.cells.length
  return Array.from({ length: width }, (_, index) => index).filter(index => !used.has(index))
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

/** The columns of a plan as `--columns` takes them, with another volume. */
export function columnsText(
  header: readonly string[],
  prices: Readonly<Record<PriceRole, number>>,
  volume: string,
): string {
  const nameOf = (i: number): string =>
    header.indexOf(header[i]!) === i && !/[,=+]/.test(header[i]!) ? header[i]! : `#${i + 1}`
  const roles = (['open', 'high', 'low', 'close'] as const).map(r => `${r}=${nameOf(prices[r])}`)
  return `"${[...roles, volume].join(',')}"`
}
