import type { Manifest } from '../../backtest/run/record/manifest.js'
import {
  manifestOfSymbol,
  type PortfolioManifest,
} from '../../backtest/portfolio/portfolio-manifest.js'
import {
  requestPortfolio,
  type PortfolioRequest,
} from '../../backtest/portfolio/portfolio-request.js'
import type { PortfolioReport } from '../../backtest/portfolio/portfolio-run.js'
import type { RunRequest } from '../../backtest/run/record/run-request.js'
import { requestSignalPortfolio, type SignalLeg } from '../../backtest/signals/signal-request.js'
import { REBALANCES, type Allocation } from '../../core/engine/allocation/allocation.js'
import type { Workspace } from '../workspace/compose.js'
import { executePortfolio } from './portfolio.js'
import { readMethod } from './portfolio-input.js'
import { readUnchanged } from '../backtest/signal-input.js'
import { manifestDifferences, requestFrom, storedLeg } from '../backtest/stored/stored-run.js'

/** Runs a stored portfolio again from its manifest, over the candles that are stored now. */
export async function repeatPortfolio(
  workspace: Workspace,
  manifest: PortfolioManifest,
): Promise<PortfolioReport> {
  return executePortfolio(workspace, await requestOfPortfolio(workspace, manifest))
}

/** The request of a stored portfolio, its strategies loaded. @throws AppError UNKNOWN_STRATEGY */
export async function requestOfPortfolio(
  workspace: Workspace,
  manifest: PortfolioManifest,
): Promise<PortfolioRequest> {
  const parts = manifest.symbols.map(part => manifestOfSymbol(manifest, part))
  const allocation = allocationOf(manifest)
  const stored = manifest.signals
  if (stored === null) {
    const runs: RunRequest[] = []
    for (const part of parts) runs.push(await requestFrom(part, workspace.home.cache))
    return requestPortfolio(runs, allocation)
  }
  const file = await readUnchanged(stored)
  const legs: SignalLeg[] = []
  for (const part of parts) legs.push(await storedLeg(workspace, part))
  return requestSignalPortfolio(file, legs, { timeLabel: stored.time_label, allocation })
}

/** What makes a repeated portfolio differ from the stored one, in words. */
export function portfolioDifferences(before: PortfolioManifest, now: PortfolioManifest): string[] {
  const each = before.symbols.flatMap((part, m) => {
    const after = now.symbols[m]
    return after === undefined ? [] : [[part, after] as const]
  })
  const words = each.flatMap(([part, after]) => {
    const [a, b]: [Manifest, Manifest] = [
      manifestOfSymbol(before, part),
      manifestOfSymbol(now, after),
    ]
    return manifestDifferences(a, b).map(text =>
      /^the (candles|source)/.test(text) ? `${part.symbol}: ${text}` : text,
    )
  })
  return [...new Set(words)]
}

function allocationOf({ allocation }: PortfolioManifest): Allocation {
  return {
    method: readMethod('allocation', allocation.method),
    rebalance: REBALANCES.find(name => name === allocation.rebalance)!,
    targetVolatility: allocation.target_volatility,
    windowDays: allocation.window_days,
    kellyFraction: allocation.kelly_fraction,
    kellyCap: allocation.kelly_cap,
  }
}
