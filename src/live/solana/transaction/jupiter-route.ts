import { mulDiv } from '../../../core/account/money.js'

/** What an instruction of Jupiter's aggregator is bound to. */
export interface RouteTerms {
  /** Units of the token given. */
  readonly given: bigint
  /** Below this, units of the token taken, the transaction fails. */
  readonly least: bigint
  /** Basis points that others take, of the amount or of a better price. */
  readonly feeBps: number
  readonly places: RoutePlaces
}

/** Places among its accounts. */
export interface RoutePlaces {
  /** Who gives. */
  readonly authority: number
  readonly source: number
  readonly destination: number
  /** Another destination; the program itself stands there where there is none. */
  readonly other?: number
  readonly givesMint: number
  readonly takesMint: number
}

interface Layout {
  readonly places: RoutePlaces
  /** Where the terms begin in the data. */
  readonly termsAt: number
}

/**
 * Instructions that give an exact amount, by the first eight bytes of their data (SHA-256 of
 * `global:<name>`). Those of version 1 are not signed: a route of any length stands before their terms, and
 * bytes behind them are ignored, so that nobody can tell from the bytes which terms count.
 */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  // route_v2
  bb64facc31c4af14: {
    places: { authority: 0, source: 1, destination: 2, other: 7, givesMint: 3, takesMint: 4 },
    termsAt: 8,
  },
  // shared_accounts_route_v2
  d19853937cfed8e9: {
    places: { authority: 1, source: 2, destination: 5, givesMint: 6, takesMint: 7 },
    termsAt: 9,
  },
}
/** Two amounts of eight bytes, and three shares of two. */
const TERMS_BYTES = 22
const WHOLE_BPS = 10_000n

/** @returns undefined for any other instruction of the program */
export function routeTerms(data: Uint8Array): RouteTerms | undefined {
  const layout = LAYOUTS[Buffer.from(data.subarray(0, 8)).toString('hex')]
  if (layout === undefined || data.length < layout.termsAt + TERMS_BYTES) return undefined
  const terms = new DataView(data.buffer, data.byteOffset + layout.termsAt, TERMS_BYTES)
  const slippage = BigInt(terms.getUint16(16, true))
  const kept = slippage > WHOLE_BPS ? 0n : WHOLE_BPS - slippage
  return {
    given: terms.getBigUint64(0, true),
    // Rounded up, as those round who ask for no less: it is a unit at most.
    least: mulDiv(terms.getBigUint64(8, true), kept, WHOLE_BPS, 'up'),
    feeBps: terms.getUint16(18, true) + terms.getUint16(20, true),
    places: layout.places,
  }
}
