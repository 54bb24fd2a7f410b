import { baseUnits } from '../../../core/account/money.js'
import {
  AnswerError,
  countIn,
  fieldOf,
  listIn,
  textIn,
  unitsIn,
  type Json,
} from '../../http/exact-json.js'
import type {
  Commitment,
  HeldAccount,
  LandedTransaction,
  SeenStatus,
  TokenBalance,
} from './chain.js'

/** What getSignatureStatuses says of one transaction. @throws AnswerError */
export function readStatus(status: Json | undefined): SeenStatus['found'] {
  if (status === null) return null
  return {
    slot: countIn(fieldOf(status, 'slot'), 'slot of a status'),
    error: fieldOf(status, 'err') ?? null,
    commitment: commitmentOf(status),
  }
}

/** An account in base64; null where there is none. @throws AnswerError */
export function readAccount(account: Json | undefined): HeldAccount | null {
  if (account === null) return null
  const [data] = listIn(fieldOf(account, 'data'), 'data of an account')
  return {
    lamports: baseUnits(unitsIn(fieldOf(account, 'lamports'), 'lamports of an account')),
    owner: textIn(fieldOf(account, 'owner'), 'owner of an account'),
    data: new Uint8Array(Buffer.from(textIn(data, 'data of an account'), 'base64')),
  }
}

/** What getTransaction says. @throws AnswerError */
export function readLanded(transaction: Json): LandedTransaction {
  const meta = fieldOf(transaction, 'meta')
  const time = fieldOf(transaction, 'blockTime') ?? null
  const loaded = fieldOf(meta, 'loadedAddresses')
  const keys = [
    ...listIn(fieldOf(transaction, 'transaction', 'message', 'accountKeys'), 'accountKeys'),
    ...listIn(fieldOf(loaded, 'writable') ?? [], 'writable'),
    ...listIn(fieldOf(loaded, 'readonly') ?? [], 'readonly'),
  ]
  return {
    slot: countIn(fieldOf(transaction, 'slot'), 'slot of a transaction'),
    time: time === null ? null : countIn(time, 'blockTime') * 1000,
    error: fieldOf(meta, 'err') ?? null,
    fee: baseUnits(unitsIn(fieldOf(meta, 'fee'), 'fee')),
    accounts: keys.map(key => textIn(key, 'an account key')),
    lamportsBefore: amountsIn(meta, 'preBalances'),
    lamportsAfter: amountsIn(meta, 'postBalances'),
    tokensBefore: tokensIn(meta, 'preTokenBalances'),
    tokensAfter: tokensIn(meta, 'postTokenBalances'),
  }
}

/** Older nodes tell confirmations alone: null for what is final. */
function commitmentOf(status: Json | undefined): Commitment {
  const value = fieldOf(status, 'confirmationStatus') ?? null
  const confirmations = fieldOf(status, 'confirmations') ?? null
  if (value === null && confirmations === null) return 'finalized'
  if (value === null) return 'processed'
  if (value === 'processed' || value === 'confirmed' || value === 'finalized') return value
  throw new AnswerError(`"${String(value)}" is no commitment`)
}

function amountsIn(meta: Json | undefined, name: string): bigint[] {
  return listIn(fieldOf(meta, name), name).map(amount => unitsIn(amount, name))
}

function tokensIn(meta: Json | undefined, name: string): TokenBalance[] {
  return listIn(fieldOf(meta, name) ?? [], name).map(balance => ({
    index: countIn(fieldOf(balance, 'accountIndex'), name),
    mint: textIn(fieldOf(balance, 'mint'), name),
    owner: textIn(fieldOf(balance, 'owner'), name),
    amount: unitsIn(fieldOf(balance, 'uiTokenAmount', 'amount'), name),
  }))
}
