import { splitSymbol } from '../../core/candles/symbols.js'
import type { MarketEvidence } from '../../core/promotion/evidence.js'
import type { Workspace } from '../workspace/compose.js'

/** What the symbol map knows of the tokens of a market. Whether they are safe is looked up on the chain. */
export async function marketEvidence(workspace: Workspace, named: string): Promise<MarketEvidence> {
  const { symbol } = splitSymbol(named)
  const entry = (await workspace.symbols()).find(symbol)
  return {
    unmapped: entry === undefined ? unknown(symbol) : missingIn(symbol, [entry.base, entry.quote]),
    dangers: null,
    uncheckedWhy: 'this command does not ask the chain; assay live does before it trades',
  }
}

function unknown(symbol: string): string {
  return `${symbol} is not in the symbol map: assay symbols add ${symbol} --base-mint ... --quote-mint ...`
}

function missingIn(
  symbol: string,
  coins: readonly { symbol: string; mint?: string; decimals?: number }[],
): string | null {
  const bare = coins.filter(({ mint, decimals }) => mint === undefined || decimals === undefined)
  if (bare.length === 0) return null
  return `the symbol map has no mint or decimals of ${bare.map(coin => coin.symbol).join(' and ')}: assay symbols add ${symbol}`
}
