import {
  AddressLookupTableAccount,
  ComputeBudgetProgram,
  Keypair,
  SystemProgram,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js'
import { describe, expect, it } from 'vitest'
import { readTransaction, tablesIn } from '../../../../src/live/solana/transaction/transaction.js'

const [wallet, friend, table] = [1, 2, 3].map(seed =>
  Keypair.fromSeed(new Uint8Array(32).fill(seed)),
) as [Keypair, Keypair, Keypair]

const listed = new AddressLookupTableAccount({
  key: table.publicKey,
  state: {
    deactivationSlot: 2n ** 64n - 1n,
    lastExtendedSlot: 1,
    lastExtendedSlotStartIndex: 0,
    addresses: [friend.publicKey],
  },
})

/** The account of that table: its head, and the addresses. */
const tableData = new Uint8Array([...new Uint8Array(56), ...friend.publicKey.toBytes()])

function transaction(tables: AddressLookupTableAccount[] = []): VersionedTransaction {
  const instructions = [
    ComputeBudgetProgram.setComputeUnitLimit({ units: 100_000 }),
    ComputeBudgetProgram.setComputeUnitPrice({ microLamports: 15 }),
    SystemProgram.transfer({
      fromPubkey: wallet.publicKey,
      toPubkey: friend.publicKey,
      lamports: 5,
    }),
  ]
  const message = new TransactionMessage({
    payerKey: wallet.publicKey,
    recentBlockhash: table.publicKey.toBase58(),
    instructions,
  })
  return new VersionedTransaction(message.compileToV0Message(tables))
}

describe('what a transaction says of itself', () => {
  it('is its payer, its signers, its instructions and its fee', () => {
    const bytes = transaction().serialize()
    const contents = readTransaction(bytes, new Map())
    expect(contents).toMatchObject({
      version: 0,
      size: bytes.length,
      payer: wallet.publicKey.toBase58(),
      signatures: [{ signer: wallet.publicKey.toBase58(), signature: null }],
      blockhash: table.publicKey.toBase58(),
      // 100,000 units at 15 millionths of a lamport are one lamport and a half.
      fee: 5_002n,
    })
  })

  it('has the accounts of its lookup tables, or cannot be read', () => {
    const bytes = transaction([listed]).serialize()
    expect(tablesIn(bytes)).toEqual([table.publicKey.toBase58()])
    expect(readTransaction(bytes, new Map())).toContain('lookup table')
    const short = new Map([[table.publicKey.toBase58(), tableData.subarray(0, 56)]])
    expect(readTransaction(bytes, short)).toContain('lookup table')
    const contents = readTransaction(bytes, new Map([[table.publicKey.toBase58(), tableData]]))
    if (typeof contents === 'string') throw new Error(contents)
    expect(contents.instructions[2]!.accounts).toEqual([
      wallet.publicKey.toBase58(),
      friend.publicKey.toBase58(),
    ])
  })

  it('shows a signature once it is there', () => {
    const signed = transaction()
    signed.sign([wallet])
    const contents = readTransaction(signed.serialize(), new Map())
    if (typeof contents === 'string') throw new Error(contents)
    expect(contents.signatures[0]!.signature).toMatch(/^[1-9A-HJ-NP-Za-km-z]{80,90}$/)
  })

  it('is nothing where the bytes are cut, or of a version that cannot be signed', () => {
    const bytes = transaction().serialize()
    expect(readTransaction(bytes.subarray(0, 90), new Map())).toContain('no transaction')
    expect(readTransaction(new Uint8Array([0x81, ...bytes]), new Map())).toContain('known version')
    expect(tablesIn(new Uint8Array(0))).toBeUndefined()
  })
})
