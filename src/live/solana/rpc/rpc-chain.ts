import { baseUnits } from '../../../core/account/money.js'
import { fieldOf, listIn, unitsIn, countIn, textIn, type Json } from '../../http/exact-json.js'
import { answered, passing, type Reply } from '../../reply.js'
import type { Chain, HeldAccount, SeenAccounts, SeenStatus } from './chain.js'
import { readAccount, readLanded, readStatus } from './chain-answers.js'
import { plainly, type RpcPool } from './rpc-pool.js'

/** The chain by JSON-RPC. https://solana.com/docs/rpc */
export function rpcChain(pool: RpcPool): Chain {
  return {
    nodes: pool.size,
    statuses: async signature => {
      const replies = await pool.askEach(
        'getSignatureStatuses',
        // Without the flag a node looks into its newest slots alone.
        [[signature], { searchTransactionHistory: true }],
        plainly(statusIn),
      )
      return replies.flatMap(reply => (reply.kind === 'answered' ? [reply.value] : []))
    },
    tip: commitment =>
      pool.ask(
        'getEpochInfo',
        [{ commitment }],
        plainly(result => ({
          slot: countIn(fieldOf(result, 'absoluteSlot'), 'absoluteSlot'),
          height: countIn(fieldOf(result, 'blockHeight'), 'blockHeight'),
        })),
      ),
    send: bytes =>
      pool.askEach(
        'sendTransaction',
        [base64(bytes), { encoding: 'base64', skipPreflight: true, maxRetries: 0 }],
        plainly(result => textIn(result, 'signature')),
      ),
    simulate: (bytes, watched) =>
      pool.ask(
        'simulateTransaction',
        [
          base64(bytes),
          {
            encoding: 'base64',
            commitment: 'processed',
            sigVerify: false,
            replaceRecentBlockhash: true,
            accounts: { encoding: 'base64', addresses: watched },
          },
        ],
        plainly(result => simulatedIn(fieldOf(result, 'value'), watched)),
      ),
    transaction: (signature, commitment) =>
      pool.ask(
        'getTransaction',
        [signature, { encoding: 'json', commitment, maxSupportedTransactionVersion: 1 }],
        result => (result === null ? passing(UNKNOWN) : answered(readLanded(result))),
      ),
    accounts: (addresses, since) =>
      pool.ask(
        'getMultipleAccounts',
        [addresses, { encoding: 'base64', commitment: 'confirmed' }],
        result => accountsIn(result, addresses, since),
      ),
    rentFor: bytes =>
      pool.ask(
        'getMinimumBalanceForRentExemption',
        [bytes],
        plainly(result => baseUnits(unitsIn(result, 'rent'))),
      ),
  }
}

/** The next node may know it. */
const UNKNOWN = 'a node does not know the transaction'

function statusIn(result: Json): SeenStatus {
  const [status] = listIn(fieldOf(result, 'value'), 'value')
  return { seenAt: slotIn(result), found: readStatus(status) }
}

function slotIn(result: Json): number {
  return countIn(fieldOf(result, 'context', 'slot'), 'context.slot')
}

function accountsIn(
  result: Json,
  addresses: readonly string[],
  since: number,
): Reply<SeenAccounts> {
  const seenAt = slotIn(result)
  if (seenAt < since) return passing(`a node is at slot ${seenAt}, behind ${since}`)
  return answered({ seenAt, accounts: listed(fieldOf(result, 'value'), addresses) })
}

function simulatedIn(
  value: Json | undefined,
  watched: readonly string[],
): { error: unknown; logs: string[]; accounts: ReadonlyMap<string, HeldAccount | null> } {
  const error = fieldOf(value, 'err') ?? null
  const logs = listIn(fieldOf(value, 'logs') ?? [], 'logs').map(String)
  const isFailed = error !== null
  return {
    error,
    logs,
    accounts: isFailed ? new Map() : listed(fieldOf(value, 'accounts'), watched),
  }
}

function listed(
  value: Json | undefined,
  addresses: readonly string[],
): ReadonlyMap<string, HeldAccount | null> {
  const found = listIn(value, 'accounts')
  return new Map(addresses.map((address, k) => [address, readAccount(found[k])]))
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
