import type { Trade } from '../../../core/account/trade.js'
import { formatFixed, formatPercent, formatProfit } from '../../../core/number-format.js'
import { html, withMinus, type Markup } from '../page/html-text.js'

/** Trades that have something in common. */
interface TradeGroup {
  readonly name: string
  readonly trades: number
  /** Share of them that gained. */
  readonly won: number
  readonly pnl: number
}

/** Groups by a name, in the order of `names`, or of their first trade. Trades without a name are left out. */
export function groupTrades(
  trades: readonly Trade[],
  nameOf: (trade: Trade) => string | null,
  names: readonly string[] = [],
): TradeGroup[] {
  const groups = new Map<string, Trade[]>(names.map(name => [name, []]))
  for (const trade of trades) {
    const name = nameOf(trade)
    if (name === null) continue
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [trade])
    else group.push(trade)
  }
  return [...groups].flatMap(([name, own]) => (own.length === 0 ? [] : [groupOf(name, own)]))
}

function groupOf(name: string, own: readonly Trade[]): TradeGroup {
  return {
    name,
    trades: own.length,
    won: own.filter(({ pnl }) => pnl > 0).length / own.length,
    pnl: own.reduce((sum, { pnl }) => sum + pnl, 0),
  }
}

/** Count, share won and profit, as texts. */
export function groupCells({ trades, won, pnl }: TradeGroup): readonly [string, string, string] {
  return [formatFixed(trades, 0), formatPercent(won), formatProfit(pnl)]
}

/** The two ways in which strategies name trades. */
export const TAG_GROUPS = [
  ['entry tag', (trade: Trade): string | null => trade.entryTag],
  ['exit tag', (trade: Trade): string | null => trade.exitTag],
] as const

/** Trades by the names that the strategy gave their entries and exits; null where it gave none. */
export function tagSection({ trades }: { readonly trades: readonly Trade[] }): Markup | null {
  const tables = TAG_GROUPS.flatMap(([title, nameOf]) => {
    const groups = groupTrades(trades, nameOf)
    return groups.length === 0 ? [] : [groupTable(title, groups)]
  })
  if (tables.length === 0) return null
  return html`<section class="tags">
    <h2>Tags</h2>
    ${tables}
  </section>`
}

function groupTable(title: string, groups: readonly TradeGroup[]): Markup {
  return html`<div class="scroll">
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">${title}</th>
          <th scope="col">Trades</th>
          <th scope="col">Won</th>
          <th scope="col">Pnl</th>
        </tr>
      </thead>
      <tbody>
        ${groups.map(
          group =>
            html`<tr>
              <th scope="row">${group.name}</th>
              ${groupCells(group).map(text => html`<td>${withMinus(text)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
