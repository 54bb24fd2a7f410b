import type { DataSet } from '../../core/ports/market/candles.js'
import type { Revision } from '../../core/ports/market/fetches.js'
import type { Workspace } from '../workspace/compose.js'

/** What a source told otherwise than before, of one data set. */
export interface RevisionReport {
  readonly dataSet: DataSet
  readonly revisions: readonly Revision[]
}

/** @throws AppError NO_CANDLES, SOURCE_AMBIGUOUS */
export async function findRevisions(
  workspace: Workspace,
  symbol: string,
  timeframe: string,
): Promise<RevisionReport> {
  const dataSet = await workspace.candles.find(symbol, timeframe)
  return { dataSet, revisions: await (await workspace.fetches()).revisions(dataSet) }
}
