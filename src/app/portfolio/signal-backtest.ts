import type { PortfolioRequest } from '../../backtest/portfolio/portfolio-request.js'
import { requestSignalPortfolio, type SignalLeg } from '../../backtest/signals/signal-request.js'
import { AppError } from '../../core/errors.js'
import { backtest, type BacktestAnswer } from '../backtest/backtest.js'
import { readReportPath } from '../backtest/report-path.js'
import { configOf, readRunTerms } from '../backtest/input/run-input.js'
import type { BacktestOptions } from '../backtest/input/run-options.js'
import { legOf, readSignalOptions, type AskedSignals } from '../backtest/signal-input.js'
import { optionLabel, textOption } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'
import { answerOf, type PortfolioAnswer } from './portfolio.js'
import { readAllocation, withFixedWeights } from './portfolio-input.js'

/** What is told of a run of one symbol only. */
const OF_ONE_SYMBOL = ['bounds', 'events', 'cards', 'metricsAs', 'timeLimit'] as const

/**
 * Runs a file of decisions: on the symbol that it is for, or on all of its symbols on one account.
 * @throws AppError for whatever in the input does not hold
 */
export async function backtestSignals(
  workspace: Workspace,
  options: BacktestOptions,
): Promise<BacktestAnswer | PortfolioAnswer> {
  const asked = await readSignalOptions(options)
  const isOne = asked === null || asked.file.symbols.length < 2
  if (isOne || textOption(options, 'symbol') !== undefined) return backtest(workspace, options)
  refuseOfOneSymbol(asked, options)
  const path = readReportPath(options)
  return answerOf(workspace, await requestOf(workspace, asked, options), { path })
}

function refuseOfOneSymbol({ file }: AskedSignals, options: BacktestOptions): void {
  const name = OF_ONE_SYMBOL.find(one => (options[one] ?? false) !== false)
  if (name === undefined) return
  const many = `"${file.file}" has ${file.symbols.length}`
  throw new AppError('USAGE', `${optionLabel(name)} is for a run of one symbol, and ${many}`, {
    hint: `leave it out, or run a file of one symbol`,
  })
}

async function requestOf(
  workspace: Workspace,
  { file, timeLabel }: AskedSignals,
  options: BacktestOptions,
): Promise<PortfolioRequest> {
  const { account } = await configOf(options)
  const allocation = readAllocation(account.allocation ?? {}, {})
  const legs: SignalLeg[] = []
  for (const symbol of file.symbols) {
    legs.push(await legOf(workspace, await readRunTerms({ ...options, symbol })))
  }
  const request = requestSignalPortfolio(file, legs, { timeLabel, allocation })
  if (allocation.method !== 'fixed') return request
  const { weights } = account.allocation ?? {}
  const runs = withFixedWeights(request.runs, weights, textOption(options, 'config')!)
  return { ...request, runs }
}
