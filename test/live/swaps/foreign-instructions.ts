import { PublicKey, SystemProgram, TransactionInstruction } from '@solana/web3.js'
import { TOKEN_PROGRAM } from '../../../src/live/solana/programs.js'
import { tokenAddress } from '../world/token-layouts.js'
import type { Stage } from './stage.js'

/** Sends a SOL of the wallet to somebody. */
export function transferTo({ world }: Stage, to: string): TransactionInstruction {
  const toPubkey = new PublicKey(to)
  return SystemProgram.transfer({
    fromPubkey: world.wallet.publicKey,
    toPubkey,
    lamports: 10n ** 9n,
  })
}

/** Lets somebody spend the wallet's dollars. */
export function approvalFor({ world }: Stage, delegate: string): TransactionInstruction {
  const owner = world.wallet.publicKey
  const account = new PublicKey(tokenAddress(world.dollar.mint, owner.toBase58()))
  const data = Buffer.alloc(9)
  data[0] = 4
  data.writeBigUInt64LE(2n ** 64n - 1n, 1)
  return new TransactionInstruction({
    programId: new PublicKey(TOKEN_PROGRAM),
    keys: [
      { pubkey: account, isSigner: false, isWritable: true },
      { pubkey: new PublicKey(delegate), isSigner: false, isWritable: false },
      { pubkey: owner, isSigner: true, isWritable: false },
    ],
    data,
  })
}

/** Calls a program that a swap does not need. */
export function callOf(program: string): TransactionInstruction {
  return new TransactionInstruction({ programId: new PublicKey(program), keys: [] })
}
