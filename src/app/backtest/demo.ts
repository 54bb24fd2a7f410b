import { join, relative } from 'node:path'
import { PACKAGE_ROOT } from '../../data/files/package-root.js'
import { importSample } from '../data/sample.js'
import type { Workspace } from '../workspace/compose.js'
import { backtest, type BacktestAnswer } from './backtest.js'

/** Imports the sample and runs what the demo's configuration file says. */
export async function runDemo(workspace: Workspace): Promise<BacktestAnswer> {
  const config = join(PACKAGE_ROOT, 'data', 'demo-config.json')
  const sample = await importSample(workspace)
  workspace.output.log(
    `assay backtest ma_crossover --symbol ${sample.symbol} --timeframe ${sample.timeframe} --config ${relative('.', config)}\n`,
  )
  return backtest(workspace, { strategy: 'ma_crossover', ...sample, config })
}
