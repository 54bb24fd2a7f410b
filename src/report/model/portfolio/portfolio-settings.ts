import type { SymbolManifest } from '../../../backtest/portfolio/portfolio-manifest.js'
import type { PortfolioReport } from '../../../backtest/portfolio/portfolio-run.js'
import { costText, limitsText, paramText, riskText } from '../run/settings-text.js'
import { allocationText } from './portfolio-summary.js'

/** What a portfolio was made with, as names and texts; legs with the same settings stand together. */
export function portfolioSettings({
  manifest,
  outcome,
}: PortfolioReport): readonly (readonly [string, string])[] {
  return [
    ['costs', `${costText(manifest.costs)}, fill ${manifest.fill}`],
    ['weights', allocationText(manifest.allocation, outcome.weights.length)],
    ['limits', limitsText(manifest.risk_limits)],
    ...alike(manifest.symbols, strategy => paramText(strategy)).map(
      text => ['params', text] as const,
    ),
    ...alike(manifest.symbols, strategy => riskText(strategy)).map(text => ['risk', text] as const),
  ]
}

type Strategy = SymbolManifest['strategies'][number]

/** A text for each setting that legs have, after the legs that have it. */
function alike(
  symbols: readonly SymbolManifest[],
  textOf: (strategy: Strategy) => string,
): string[] {
  const owners = new Map<string, string[]>()
  for (const { symbol, strategies } of symbols) {
    for (const strategy of strategies) {
      const text = `${strategy.name}: ${textOf(strategy)}`
      owners.set(text, [...(owners.get(text) ?? []), symbol])
    }
  }
  const isOne = (names: readonly string[]): boolean => names.length === symbols.length
  return [...owners].map(([text, names]) => (isOne(names) ? text : `${names.join(', ')} ${text}`))
}
