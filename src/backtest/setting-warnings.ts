import type { RunRequest } from './run-request.js'

/** What a reader must know of the settings of a run, whatever came of it: they may not mean what was meant. */
export function settingWarnings({ symbol, impact, capital, strategies }: RunRequest): string[] {
  const warnings: string[] = []
  if (impact !== 'none' && !symbol.startsWith('SOL-')) {
    warnings.push(
      `--impact ${impact} was measured in SOL. ${symbol} counts other units, so the curve says nothing of it: give its cost as --slippage-bps.`,
    )
  }
  const amounts = strategies.flatMap(({ risk: { positionSize: size } }) =>
    size?.kind === 'quote' ? [size.amount] : [],
  )
  const small = amounts.find(amount => looksLikeShare(amount, capital))
  if (small !== undefined) warnings.push(smallSizeWarning(small, capital))
  return warnings
}

/** What sets of a sweep spend less than their numbers look like. */
export function smallSizeWarning(amount: number, capital: number): string {
  return `position_size ${amount} is an amount of quote currency, ${Number(((amount / capital) * 100).toPrecision(2))} % of the capital. For a share of equity write "${Number((amount * 100).toPrecision(12))}%".`
}

/** An amount that hardly trades, and that would be sensible as a share of equity. */
export function looksLikeShare(amount: number, capital: number): boolean {
  return amount > 0 && amount <= 1 && amount < capital / 100
}
