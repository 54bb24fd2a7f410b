import { mulDiv } from '../../core/account/money.js'

/** What a route of Jupiter's aggregator says that it moves. */
export interface RouteTerms {
  /** Units of the token given. */
  readonly given: bigint
  /** Below this, units of the token taken, the transaction fails. */
  readonly least: bigint
  /** Basis points that others take. */
  readonly feeBps: number
  /** Places of its accounts: who gives, from where, to where; another destination where there is one. */
  readonly places: RoutePlaces
}

export interface RoutePlaces {
  readonly authority: number
  readonly source: number
  readonly destination: number
  /** Holds the program itself where there is none. */
  readonly other?: number
  readonly givesMint?: number
  readonly takesMint: number
}

interface Layout {
  readonly places: RoutePlaces
  /** Where the amounts begin; below 0, counted from the end of the data. */
  readonly amountsAt: number
  /** Bytes of each fee in basis points. */
  readonly feeBytes: 1 | 2
  readonly fees: number
}

/**
 * Instructions that give an exact amount, by the first eight bytes of their data (SHA-256 of
 * `global:<name>`). Others, which take an exact amount or read it from a ledger, are not signed.
 */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  // route
  e517cb977ae3ad2a: {
    places: { authority: 1, source: 2, destination: 3, other: 4, takesMint: 5 },
    amountsAt: -19,
    feeBytes: 1,
    fees: 1,
  },
  // shared_accounts_route
  c1209b3341d69c81: {
    places: { authority: 2, source: 3, destination: 6, givesMint: 7, takesMint: 8 },
    amountsAt: -19,
    feeBytes: 1,
    fees: 1,
  },
  // route_v2
  bb64facc31c4af14: {
    places: { authority: 0, source: 1, destination: 2, other: 7, givesMint: 3, takesMint: 4 },
    amountsAt: 8,
    feeBytes: 2,
    fees: 2,
  },
  // shared_accounts_route_v2
  d19853937cfed8e9: {
    places: { authority: 1, source: 2, destination: 5, givesMint: 6, takesMint: 7 },
    amountsAt: 9,
    feeBytes: 2,
    fees: 2,
  },
}

const WHOLE_BPS = 10_000n

/** @returns undefined for any other instruction of the program */
export function routeTerms(data: Uint8Array): RouteTerms | undefined {
  const layout = LAYOUTS[Buffer.from(data.subarray(0, 8)).toString('hex')]
  if (layout === undefined) return undefined
  const { places, amountsAt, feeBytes, fees } = layout
  const at = amountsAt < 0 ? data.length + amountsAt : amountsAt
  if (at < 8 || at + 18 + feeBytes * fees > data.length) return undefined
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const slippage = BigInt(view.getUint16(at + 16, true))
  const quoted = view.getBigUint64(at + 8, true)
  let feeBps = 0
  for (let k = 0; k < fees; k++) {
    const place = at + 18 + k * feeBytes
    feeBps += feeBytes === 1 ? view.getUint8(place) : view.getUint16(place, true)
  }
  return {
    given: view.getBigUint64(at, true),
    // Rounded up, as those round who ask for no less: it is a unit at most.
    least: slippage > WHOLE_BPS ? 0n : mulDiv(quoted, WHOLE_BPS - slippage, WHOLE_BPS, 'up'),
    feeBps,
    places,
  }
}
