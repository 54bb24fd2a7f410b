import type { PositionSize } from '../../../core/risk/settings.js'

/** The settings of a run that may not mean what was meant. */
interface Settings {
  readonly symbol: string
  /** Name of the impact preset. */
  readonly impact: string
  readonly capital: number
  readonly sizes: readonly (PositionSize | null)[]
}

/** What a reader must know of the settings of a run, whatever came of it. */
export function settingWarnings({ symbol, impact, capital, sizes }: Settings): string[] {
  const warnings: string[] = []
  if (impact !== 'none' && !symbol.startsWith('SOL-')) {
    warnings.push(
      `--impact ${impact} was measured in SOL. ${symbol} counts other units, so the curve says nothing of it: give its cost as --slippage-bps.`,
    )
  }
  const small = sizes.flatMap(size => (size?.kind === 'quote' ? [size.amount] : []))
  const first = small.find(amount => looksLikeShare(amount, capital))
  if (first !== undefined) warnings.push(smallSizeWarning(first, capital))
  return warnings
}

/** An amount that hardly trades, and that would be sensible as a share of equity. */
function looksLikeShare(amount: number, capital: number): boolean {
  return amount > 0 && amount <= 1 && amount < capital / 100
}

function smallSizeWarning(amount: number, capital: number): string {
  const share = Number(((amount / capital) * 100).toPrecision(2))
  const percent = Number((amount * 100).toPrecision(12))
  return `position_size ${amount} is an amount of quote currency, ${share} % of the capital. For a share of equity write "${percent}%".`
}
