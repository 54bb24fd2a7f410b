import { splitSymbol } from '../../core/candles/symbols.js'
import type { MarketEvidence } from '../../core/promotion/evidence.js'
import { connectSolana } from '../../live/connection.js'
import type { ChainOptions } from '../live/live-options.js'
import { hasNode, reachOfChain } from '../live/live-requirements.js'
import { tokenReports } from '../live/live-start.js'
import type { Workspace } from '../workspace/compose.js'

/**
 * What the symbol map knows of the tokens of a market, and where a node is named what the chain and
 * Jupiter say of them.
 * @throws AppError NODE_AWAY, LIVE_REFUSED for a node of another cluster
 */
export async function marketEvidence(
  workspace: Workspace,
  named: string,
  options: ChainOptions,
): Promise<MarketEvidence> {
  const { symbol } = splitSymbol(named)
  const entry = (await workspace.symbols()).find(symbol)
  const coins = entry === undefined ? [] : [entry.base, entry.quote]
  const unmapped = entry === undefined ? unknown(symbol) : missingIn(symbol, coins)
  if (unmapped !== null || !hasNode(workspace, options)) {
    const why = unmapped ?? 'no node of the chain is named: --rpc URL, or SOLANA_RPC_URL'
    return { unmapped, dangers: null, uncheckedWhy: why }
  }
  const connection = connectSolana(await reachOfChain(workspace, options))
  try {
    const mints = coins.flatMap(({ mint }) => mint ?? [])
    const dangers = (await tokenReports(connection, mints)).flatMap(({ objections }, k) =>
      objections.map(objection => `${coins[k]!.symbol}: ${objection}`),
    )
    return { unmapped, dangers, uncheckedWhy: '' }
  } finally {
    await connection.close()
  }
}

function unknown(symbol: string): string {
  return `${symbol} is not in the symbol map: assay symbols add ${symbol}`
}

function missingIn(
  symbol: string,
  coins: readonly { readonly symbol: string; readonly mint?: string; readonly decimals?: number }[],
): string | null {
  const bare = coins.filter(({ mint, decimals }) => mint === undefined || decimals === undefined)
  if (bare.length === 0) return null
  return `the symbol map has no mint or decimals of ${bare.map(coin => coin.symbol).join(' and ')}: assay symbols add ${symbol}`
}
