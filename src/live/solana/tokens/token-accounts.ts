import { PublicKey } from '@solana/web3.js'
import type { HeldAccount } from '../rpc/chain.js'
import { ASSOCIATED_TOKEN_PROGRAM, TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../programs.js'

/** Bytes of a token account without extensions: what rent is asked for. */
export const TOKEN_ACCOUNT_BYTES = 165
const AMOUNT_AT = 64

/** Finding an address takes many hashes, and the same few are asked for again and again. */
const found = new Map<string, string>()
const FOUND_MAX = 10_000

/** The account in which a wallet holds a token of a token program. */
export function tokenAccountOf(mint: string, owner: string, program: string): string {
  const name = `${mint} ${owner} ${program}`
  const address = found.get(name) ?? addressOf(mint, owner, program)
  if (found.size >= FOUND_MAX) found.clear()
  found.set(name, address)
  return address
}

function addressOf(mint: string, owner: string, program: string): string {
  const seeds = [owner, program, mint].map(key => new PublicKey(key).toBuffer())
  const [address] = PublicKey.findProgramAddressSync(seeds, new PublicKey(ASSOCIATED_TOKEN_PROGRAM))
  return address.toBase58()
}

/** Units that a token account holds; 0 where there is no account. */
export function tokensIn(account: HeldAccount | null | undefined): bigint {
  if (account === null || account === undefined || !isToken(account)) return 0n
  const { data } = account
  return new DataView(data.buffer, data.byteOffset, data.length).getBigUint64(AMOUNT_AT, true)
}

function isToken({ owner, data }: HeldAccount): boolean {
  const isProgram = owner === TOKEN_PROGRAM || owner === TOKEN_2022_PROGRAM
  return isProgram && data.length >= TOKEN_ACCOUNT_BYTES
}
