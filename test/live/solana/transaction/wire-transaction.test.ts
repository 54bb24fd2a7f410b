import { Keypair, PublicKey, SystemProgram, VersionedTransaction } from '@solana/web3.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase58, toBase58 } from '../../../../src/live/solana/base58.js'
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../../../../src/live/solana/programs.js'
import { isOnCurve, tokenAddress } from '../../../../src/live/solana/tokens/token-address.js'
import {
  readWire,
  withSignature,
  type WireTransaction,
} from '../../../../src/live/solana/transaction/wire-transaction.js'
import { WalletKey } from '../../../../src/live/wallet/wallet-key.js'
import { bytesOf, honest, swapOf, transactionOf } from '../../wallet/wallet-kit.js'

const wallet = WalletKey.random()
const bytes = honest(wallet.address, swapOf())
const read = (from: Uint8Array): WireTransaction => {
  const found = readWire(from)
  if (typeof found === 'string') throw new Error(found)
  return found
}

describe('a transaction read from its bytes', () => {
  it('is what the library of Solana reads', () => {
    const known = VersionedTransaction.deserialize(bytes)
    const keys = known.message.staticAccountKeys.map(key => key.toBase58())
    const found = read(bytes)
    expect(found).toMatchObject({ version: 0, size: bytes.length, payer: wallet.address })
    expect(found.blockhash).toBe(known.message.recentBlockhash)
    expect(Buffer.from(found.message)).toEqual(Buffer.from(known.message.serialize()))
    expect(
      found.instructions.map(({ program, accounts, data }) => [program, accounts, [...data]]),
    ).toEqual(
      known.message.compiledInstructions.map(({ programIdIndex, accountKeyIndexes, data }) => [
        keys[programIdIndex],
        accountKeyIndexes.map(k => keys[k]),
        [...data],
      ]),
    )
  })

  it('is signed as the library signs it', () => {
    const known = VersionedTransaction.deserialize(bytes)
    known.sign([Keypair.fromSecretKey(Uint8Array.from(bytesOf(wallet)))])
    const found = read(bytes)
    const signed = withSignature(bytes, found, 0, wallet.sign(found.message))
    expect(Buffer.from(signed)).toEqual(Buffer.from(known.serialize()))
    expect(read(signed).signatures).toEqual([
      { signer: wallet.address, signature: toBase58(known.signatures[0]!) },
    ])
  })

  it('is refused in words where it is cut, of another version, or followed by something', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(typeof readWire(bytes.subarray(0, length)), `${length} bytes`).toBe('string')
    expect(readWire(Uint8Array.from([...bytes, 0]))).toMatch(/behind its end/)
    const versionAt = 65
    expect(readWire(bytes.with(versionAt, 0x81))).toMatch(/version 1, not version 0/)
    expect(readWire(bytes.with(versionAt, 1))).toMatch(/legacy/)
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1300 }), some => {
        readWire(some)
      }),
    )
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        readWire(bytes.with(at, value))
      }),
    )
  })
})

describe('addresses', () => {
  it('are written and read as the library does it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), key => {
        const text = new PublicKey(key).toBase58()
        expect(toBase58(key)).toBe(text)
        expect([...fromBase58(text)!]).toEqual([...key])
        expect(isOnCurve(key)).toBe(PublicKey.isOnCurve(key))
      }),
    )
  })

  it('of token accounts are derived as the library does it', () => {
    for (const program of [TOKEN_PROGRAM, TOKEN_2022_PROGRAM]) {
      for (let k = 0; k < 10; k++) {
        const [mint, owner] = [WalletKey.random().address, WalletKey.random().address]
        const seeds = [owner, program, mint].map(key => new PublicKey(key).toBuffer())
        const maker = new PublicKey('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL')
        const [known] = PublicKey.findProgramAddressSync(seeds, maker)
        expect(tokenAddress(mint, owner, program)).toBe(known.toBase58())
      }
    }
  })

  it('of lookup tables are not known, and null', () => {
    const far = Keypair.generate().publicKey
    const table = {
      key: Keypair.generate().publicKey,
      state: {
        addresses: [far],
        deactivationSlot: 2n ** 64n - 1n,
        lastExtendedSlot: 0,
        lastExtendedSlotStartIndex: 0,
      },
    } as never
    const transfer = SystemProgram.transfer({
      fromPubkey: new PublicKey(wallet.address),
      toPubkey: far,
      lamports: 1,
    })
    const found = read(transactionOf(wallet.address, [transfer], { tables: [table] }))
    expect(found.instructions[0]!.accounts).toEqual([wallet.address, null])
  })
})
