import type { TradeData } from '../load.js'
import type { Payload } from '../payload.js'

/** What the form above the trade table asks for; an empty text asks for nothing. */
export interface Filter {
  readonly strategy: string
  readonly side: string
  readonly reason: string
  readonly text: string
  readonly ambiguous: boolean
}

/** The form's state. */
export function readFilter(form: HTMLFormElement): Filter {
  const fields = new FormData(form)
  const field = (name: string): string => String(fields.get(name) ?? '')
  return {
    strategy: field('strategy'),
    side: field('side'),
    reason: field('reason'),
    text: field('text').trim().toLowerCase(),
    ambiguous: fields.has('ambiguous'),
  }
}

/** Indexes of the trades that pass. All words of the text must stand in the row, in any order. */
export function selectTrades(
  data: TradeData,
  payload: Payload,
  filter: Filter,
  rowText: (trade: number) => string,
): Uint32Array {
  const reason = payload.reasons.indexOf(filter.reason)
  const side = { long: 1, short: -1 }[filter.side]
  const words = filter.text.split(/\s+/).filter(word => word !== '')
  const passes = (k: number): boolean => {
    if (filter.ambiguous && !data.ambiguous[k]) return false
    if (side !== undefined && data.side[k] !== side) return false
    if (filter.reason !== '' && data.exitReason[k] !== reason) return false
    if (filter.strategy !== '' && data.strategy[k] !== Number(filter.strategy)) return false
    if (words.length === 0) return true
    const text = rowText(k).toLowerCase()
    return words.every(word => text.includes(word))
  }
  return Uint32Array.from(data.pnl, (_, k) => k).filter(passes)
}
