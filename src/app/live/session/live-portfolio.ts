import type { SessionMode, SessionRecord } from '../../../core/ports/trading/sessions.js'

/** What sessions of one mode hold together. */
export interface LivePortfolio {
  readonly mode: SessionMode
  readonly sessions: number
  /** Quote currency, at the last closes. */
  readonly equity: number
  /** Value of what is held, quote currency. */
  readonly held: number
  readonly unrealised: number
  /** The largest first. */
  readonly symbols: readonly HeldSymbol[]
}

interface HeldSymbol {
  readonly symbol: string
  /** Base units over all sessions. */
  readonly quantity: number
  /** Quote currency, at the last prices. */
  readonly value: number
  readonly unrealised: number
}

/** What sessions hold together: paper and money are never added. */
export function portfolioOf(records: readonly SessionRecord[]): readonly LivePortfolio[] {
  return (['live', 'paper'] as const)
    .map(mode => ofMode(mode, records))
    .filter(({ sessions }) => sessions > 0)
}

function ofMode(mode: SessionMode, records: readonly SessionRecord[]): LivePortfolio {
  const own = records.filter(record => record.mode === mode)
  const symbols = symbolsOf(own)
  const sum = (name: 'value' | 'unrealised'): number =>
    symbols.reduce((total, symbol) => total + symbol[name], 0)
  return {
    mode,
    sessions: own.length,
    equity: own.reduce((total, { status }) => total + (status?.equity ?? 0), 0),
    held: sum('value'),
    unrealised: sum('unrealised'),
    symbols,
  }
}

function symbolsOf(records: readonly SessionRecord[]): HeldSymbol[] {
  const held = new Map<string, HeldSymbol>()
  for (const { symbol, quantity, price, unrealised } of records.flatMap(
    ({ status }) => status?.positions ?? [],
  )) {
    const before = held.get(symbol)
    held.set(symbol, {
      symbol,
      quantity: (before?.quantity ?? 0) + quantity,
      value: (before?.value ?? 0) + quantity * price,
      unrealised: (before?.unrealised ?? 0) + unrealised,
    })
  }
  return [...held.values()].sort(
    (a, b) => Math.abs(b.value) - Math.abs(a.value) || (a.symbol < b.symbol ? -1 : 1),
  )
}
