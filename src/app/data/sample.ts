import { join } from 'node:path'
import { importFiles } from '../../data/import/import.js'
import type { Workspace } from '../workspace/compose.js'
import { PACKAGE_ROOT } from '../../data/files/package-root.js'

const SYMBOL = 'SYNTH-USDC'
const TIMEFRAME = '1h'
const DATA = join(PACKAGE_ROOT, 'data')

/** Imports the synthetic sample where it is not stored yet. @returns what it is stored as */
export async function importSample(
  workspace: Workspace,
): Promise<{ readonly symbol: string; readonly timeframe: string }> {
  const known = await workspace.candles.list()
  if (!known.some(set => set.symbol === SYMBOL && set.timeframe === TIMEFRAME)) {
    workspace.output.log('importing the synthetic sample (first time only) ...')
    await importFiles(
      [join(DATA, 'synthetic_SYNTH-USDC_1h.csv.gz')],
      { key: { symbol: SYMBOL, timeframe: TIMEFRAME } },
      { library: workspace.candles },
    )
  }
  return { symbol: SYMBOL, timeframe: TIMEFRAME }
}
