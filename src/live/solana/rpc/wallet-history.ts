import type { Millis } from '../../../core/candles/time.js'
import { countIn, fieldOf, listIn, textIn, type Json } from '../../http/exact-json.js'
import type { Reply } from '../../reply.js'
import { plainly, type RpcPool } from './rpc-pool.js'

/** A transaction that names an account. */
export interface NamedTransaction {
  readonly signature: string
  readonly slot: number
  /** Block time, UTC milliseconds; null where the chain does not tell. */
  readonly time: Millis | null
}

/** Most that a node tells at once. */
export const HISTORY_PAGE = 1000

/** What has happened on accounts. */
export interface WalletHistory {
  /** Confirmed transactions that name an account, newest first, a page at a time: those before `before`. */
  page(address: string, before: string | null): Promise<Reply<readonly NamedTransaction[]>>
}

/** By JSON-RPC. https://solana.com/docs/rpc/http/getsignaturesforaddress */
export function walletHistory(pool: RpcPool): WalletHistory {
  return {
    page: (address, before) =>
      pool.ask(
        'getSignaturesForAddress',
        [
          address,
          { limit: HISTORY_PAGE, commitment: 'confirmed', ...(before !== null && { before }) },
        ],
        plainly(result => listIn(result, 'signatures').map(namedIn)),
      ),
  }
}

function namedIn(entry: Json): NamedTransaction {
  const time = fieldOf(entry, 'blockTime') ?? null
  return {
    signature: textIn(fieldOf(entry, 'signature'), 'signature'),
    slot: countIn(fieldOf(entry, 'slot'), 'slot of a transaction'),
    time: time === null ? null : countIn(time, 'blockTime') * 1000,
  }
}
