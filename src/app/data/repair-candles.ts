import { importedKey, parseKey } from '../../core/candles/symbols.js'
import { AppError } from '../../core/errors.js'
import type { DataRepair, DataSetKey } from '../../core/ports/market/candles.js'
import type { Workspace } from '../workspace/compose.js'

/** Which candles are to be taken as they are, and whether that is allowed. */
export interface RepairOptions {
  readonly symbol: string
  readonly timeframe: string
  /** Without it, nothing is changed: the error says what differs. */
  readonly yes?: boolean
}

/**
 * Takes stored candles that no longer have the hash which is noted of them as new data, and keeps a
 * record of it.
 * @returns undefined where they are what is noted
 * @throws AppError DATA_CHANGED without `yes`, CHECK_FAILED where they are no candles
 */
export async function repairCandles(
  { candles }: Workspace,
  options: RepairOptions,
): Promise<(DataRepair & { readonly key: DataSetKey }) | undefined> {
  const key = await keyOf(candles, options)
  const changed = await difference(candles, key)
  if (changed === undefined) return undefined
  if (options.yes !== true) throw changed
  return { ...(await candles.repair(key)), key }
}

/** The stored data set of that name; where none is noted, what an import would be stored under. */
async function keyOf(
  candles: Workspace['candles'],
  { symbol, timeframe }: RepairOptions,
): Promise<DataSetKey> {
  try {
    return await candles.find(symbol, timeframe)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'NO_CANDLES') throw error
    return importedKey(parseKey(symbol, timeframe))
  }
}

/** What the database says of the candles that it is to vouch for. */
async function difference(
  candles: Workspace['candles'],
  key: DataSetKey,
): Promise<AppError | undefined> {
  try {
    await (await candles.repository()).load(key)
    return undefined
  } catch (error) {
    if (error instanceof AppError && error.code === 'DATA_CHANGED') return error
    throw error
  }
}
