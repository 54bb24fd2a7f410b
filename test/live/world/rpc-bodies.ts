import type { Commitment } from './blocks.js'
import type { Holding, Landed } from './chain.js'
import type { ChainAccount } from './svm.js'

/** An account as JSON-RPC writes it. */
export function accountBody({ data, owner, lamports, isExecutable }: ChainAccount): unknown {
  return {
    data: [Buffer.from(data).toString('base64'), 'base64'],
    executable: isExecutable,
    lamports,
    owner,
    rentEpoch: 18_446_744_073_709_551_615n,
    space: data.length,
  }
}

export function statusBody(landed: Landed, slot: number, commitment: Commitment): unknown {
  return {
    slot: landed.slot,
    confirmations: commitment === 'finalized' ? null : slot - landed.slot,
    err: landed.error,
    status: resultOf(landed),
    confirmationStatus: commitment,
  }
}

export function transactionBody(landed: Landed, decimalsOf: (mint: string) => number): unknown {
  const { transaction, keys, before, after } = landed
  const { message } = transaction
  const named = message.staticAccountKeys.length
  return {
    slot: landed.slot,
    blockTime: Math.floor(landed.time / 1000),
    version: 0,
    meta: {
      err: landed.error,
      status: resultOf(landed),
      fee: landed.fee,
      preBalances: before.map(({ lamports }) => lamports),
      postBalances: after.map(({ lamports }) => lamports),
      preTokenBalances: tokenBalances(before, decimalsOf),
      postTokenBalances: tokenBalances(after, decimalsOf),
      innerInstructions: [],
      logMessages: landed.logs,
      loadedAddresses: { writable: keys.slice(named), readonly: [] },
      rewards: [],
      computeUnitsConsumed: landed.units,
    },
    transaction: {
      signatures: [landed.signature],
      message: {
        header: message.header,
        accountKeys: keys.slice(0, named),
        recentBlockhash: message.recentBlockhash,
        instructions: message.compiledInstructions.map(instruction => ({
          programIdIndex: instruction.programIdIndex,
          accounts: [...instruction.accountKeyIndexes],
          data: '',
        })),
        addressTableLookups: message.addressTableLookups.map(lookup => ({
          accountKey: lookup.accountKey.toBase58(),
          writableIndexes: [...lookup.writableIndexes],
          readonlyIndexes: [...lookup.readonlyIndexes],
        })),
      },
    },
  }
}

function resultOf({ error }: Landed): unknown {
  return error === null ? { Ok: null } : { Err: error }
}

function tokenBalances(
  holdings: readonly Holding[],
  decimalsOf: (mint: string) => number,
): unknown[] {
  return holdings.flatMap(({ token }, accountIndex) => {
    if (token === null) return []
    const { mint, owner, program, amount } = token
    const uiTokenAmount = {
      amount: String(amount),
      decimals: decimalsOf(mint),
      uiAmount: null,
      uiAmountString: '',
    }
    return [{ accountIndex, mint, owner, programId: program, uiTokenAmount }]
  })
}
