import type { Chain } from '../rpc/chain.js'
import { readTransaction, tablesIn, type TransactionContents } from './transaction.js'

/** Reads transactions with the accounts of their lookup tables, as the chain has those. */
export function transactionReader(
  chain: Chain,
): (bytes: Uint8Array) => Promise<TransactionContents | string> {
  return async bytes => {
    const names = tablesIn(bytes)
    if (names === undefined) return readTransaction(bytes, new Map())
    if (names.length === 0) return readTransaction(bytes, new Map())
    const reply = await chain.accounts(names, 0)
    if (reply.kind === 'failed') return `its lookup tables cannot be read: ${reply.reason}`
    const found = [...reply.value.accounts].flatMap(([name, account]) =>
      account?.owner === TABLE_PROGRAM ? [[name, account.data] as const] : [],
    )
    return readTransaction(bytes, new Map(found))
  }
}

const TABLE_PROGRAM = 'AddressLookupTab1e1111111111111111111111111'
