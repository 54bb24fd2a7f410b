import type { SignedSwap } from '../../core/ports/signer.js'
import {
  ASSOCIATED_TOKEN_PROGRAM,
  COMPUTE_BUDGET_PROGRAM,
  JUPITER_PROGRAM,
  SIGNATURE_FEE,
  SOL_MINT,
  SYSTEM_PROGRAM,
  TOKEN_2022_PROGRAM,
  TOKEN_PROGRAM,
  TRANSACTION_BYTES_MAX,
} from './programs.js'
import { routeTerms } from './jupiter-route.js'
import { tokenAddress } from './token-address.js'

export interface CheckedInstruction {
  readonly program: string
  /** Null for one that comes from a lookup table that is not at hand. */
  readonly accounts: readonly (string | null)[]
  readonly data: Uint8Array
}

/** A transaction as it is judged: what its bytes say, whoever read them. */
export interface CheckedTransaction {
  readonly version: 'legacy' | number
  /** Bytes of the whole. */
  readonly size: number
  readonly payer: string
  /** In the order of the signers, base58; null for one that is missing. */
  readonly signatures: readonly { readonly signer: string; readonly signature: string | null }[]
  readonly blockhash: string
  readonly instructions: readonly CheckedInstruction[]
}

/** What a transaction may cost at most, and what was found that it moves. */
export interface CheckedSwap {
  /** Why it must not be signed, in words; none where it is the swap that it is said to be. */
  readonly refusals: readonly string[]
  /** Network and priority fee at most, lamports. */
  readonly fee: bigint
}

/** The most that a transaction computes, which is charged for where it names no limit. */
const UNITS_MAX = 1_400_000n

/**
 * Whether a transaction is the swap that it is said to be and no more, by its bytes alone: version 0, paid by
 * the wallet, which alone has not signed yet; programs that a swap needs and no others; what leaves the
 * wallet's accounts is at most the amount, what comes in at least the least, into the wallet's own
 * accounts; no rights are given away; the fee is within its cap. What a route does within Jupiter's
 * program only a simulation shows.
 */
export function checkSwap(
  transaction: CheckedTransaction,
  swap: SignedSwap,
  wallet: string,
): CheckedSwap {
  const check = new Check(transaction, swap, wallet)
  return { refusals: check.refusals, fee: check.fee }
}

class Check {
  readonly refusals: string[] = []
  readonly fee: bigint
  private readonly swap: SignedSwap
  private readonly wallet: string
  /** The wallet's accounts of the tokens given and taken, and of wrapped SOL. */
  private readonly gives: readonly string[]
  private readonly takes: readonly string[]
  private readonly wrapped: string
  private given = 0n
  private taken = 0n
  private wrappedLamports = 0n

  constructor(transaction: CheckedTransaction, swap: SignedSwap, wallet: string) {
    this.swap = swap
    this.wallet = wallet
    const accountsOf = (mint: string): readonly string[] =>
      [TOKEN_PROGRAM, TOKEN_2022_PROGRAM].map(program => tokenAddress(mint, wallet, program))
    this.gives = accountsOf(swap.givesMint)
    this.takes = accountsOf(swap.takesMint)
    this.wrapped = tokenAddress(SOL_MINT, wallet, TOKEN_PROGRAM)
    this.frame(transaction)
    for (const instruction of transaction.instructions) this.judge(instruction)
    this.sums()
    this.fee = this.feeOf(transaction)
    if (this.fee > swap.feeMax)
      this.refuse(`its fee of ${this.fee} lamports is above ${swap.feeMax}`)
  }

  private refuse(reason: string): void {
    this.refusals.push(reason)
  }

  private frame({ version, size, payer, signatures }: CheckedTransaction): void {
    if (version !== 0) this.refuse(`its version is ${version}, not 0`)
    if (size > TRANSACTION_BYTES_MAX)
      this.refuse(`it has ${size} bytes, more than ${TRANSACTION_BYTES_MAX}`)
    if (payer !== this.wallet) this.refuse(`its fee is paid by ${payer}, not by the wallet`)
    const missing = signatures.filter(({ signature }) => signature === null)
    if (missing.length !== 1 || missing[0]!.signer !== this.wallet)
      this.refuse(`the signature of the wallet is not the only one missing`)
    if (this.swap.givesMint === this.swap.takesMint) this.refuse('it gives the token that it takes')
  }

  private judge(instruction: CheckedInstruction): void {
    switch (instruction.program) {
      case COMPUTE_BUDGET_PROGRAM:
        return
      case SYSTEM_PROGRAM:
        return this.system(instruction)
      case ASSOCIATED_TOKEN_PROGRAM:
        return this.newAccount(instruction)
      case TOKEN_PROGRAM:
      case TOKEN_2022_PROGRAM:
        return this.token(instruction)
      case JUPITER_PROGRAM:
        return this.route(instruction)
      default:
        this.refuse(`it calls the program ${instruction.program}`)
    }
  }

  /** Of the system nothing but SOL on its way to the wallet's own wrapped SOL. */
  private system({ accounts, data }: CheckedInstruction): void {
    const isTransfer = data.length === 12 && u32(data, 0) === 2
    if (!isTransfer || accounts[0] !== this.wallet || accounts[1] !== this.wrapped)
      return this.refuse('it moves SOL elsewhere than into wrapped SOL of the wallet')
    this.wrappedLamports += u64(data, 4)
  }

  /** Accounts of the wallet for the tokens of the swap, paid by it. */
  private newAccount({ accounts, data }: CheckedInstruction): void {
    const [payer, account, owner, mint] = accounts
    const { givesMint, takesMint } = this.swap
    const isOwn = payer === this.wallet && owner === this.wallet
    const isNeeded = [this.wrapped, ...this.gives, ...this.takes].includes(account ?? '')
    const isMint = mint === null || [givesMint, takesMint, SOL_MINT].includes(mint ?? '')
    if (data.length > 1 || (data[0] ?? 0) > 1 || !isOwn || !isNeeded || !isMint)
      this.refuse('it opens a token account that is not of the wallet and the swap')
  }

  private token({ accounts, data }: CheckedInstruction): void {
    const kind = data[0]
    // Transfer, TransferChecked, CloseAccount, SyncNative; all others give rights or tokens away.
    if (kind === 3 && data.length === 9) return this.transfer(accounts, [0, 1, 2], data)
    if (kind === 12 && data.length === 10) return this.transfer(accounts, [0, 2, 3], data)
    if (kind === 17 && data.length === 1) return
    const [account, target, owner] = accounts
    const isUnwrapping = account === this.wrapped && target === this.wallet && owner === this.wallet
    if (kind === 9 && data.length === 1 && isUnwrapping) return
    this.refuse(`it asks the token program for what no swap needs (${kind})`)
  }

  private transfer(
    accounts: CheckedInstruction['accounts'],
    [from, to, by]: readonly [number, number, number],
    data: Uint8Array,
  ): void {
    const [source, target, owner] = [accounts[from], accounts[to], accounts[by]]
    const amount = u64(data, 1)
    if (this.takes.includes(source ?? '')) return this.refuse('it gives the token that it takes')
    if (owner === this.wallet || owner === null || this.gives.includes(source ?? '')) {
      if (!this.gives.includes(source ?? '')) return this.refuse('it gives away another token')
      this.given += amount
    }
    if (this.takes.includes(target ?? '')) this.taken += amount
  }

  private route({ accounts, data }: CheckedInstruction): void {
    const terms = routeTerms(data)
    if (terms === undefined) return this.refuse('it calls Jupiter for what cannot be read')
    const { places } = terms
    const at = (place: number | undefined): string | null =>
      place === undefined ? null : (accounts[place] ?? null)
    const [source, destination, other] = [places.source, places.destination, places.other].map(at)
    if (at(places.authority) !== this.wallet) this.refuse('its route is not given by the wallet')
    if (!this.gives.includes(source ?? '')) this.refuse('its route gives from another account')
    const isOwn = (account: string | null | undefined): boolean =>
      this.takes.includes(account ?? '')
    const isOther = places.other !== undefined && other !== JUPITER_PROGRAM
    if (!isOwn(destination) || (isOther && !isOwn(other)))
      this.refuse('its route brings what it takes into another account')
    this.mints([at(places.givesMint), at(places.takesMint)])
    if (terms.feeBps > 0) this.refuse(`its route gives ${terms.feeBps} bps to others`)
    this.given += terms.given
    this.taken += terms.least
  }

  /** A mint that comes from a lookup table is bound by the accounts, which are made of it. */
  private mints([gives, takes]: readonly (string | null)[]): void {
    const { givesMint, takesMint } = this.swap
    const isOther = (mint: string | null | undefined, wanted: string): boolean =>
      mint !== null && mint !== wanted
    if (isOther(gives, givesMint) || isOther(takes, takesMint))
      this.refuse('its route is of other tokens')
  }

  private sums(): void {
    const { amount, least, givesMint } = this.swap
    if (this.given === 0n) this.refuse('it swaps nothing')
    if (this.given > amount) this.refuse(`it gives ${this.given} units, more than ${amount}`)
    if (this.taken < least) this.refuse(`it may bring ${this.taken} units, less than ${least}`)
    const wraps = givesMint === SOL_MINT ? amount : 0n
    if (this.wrappedLamports > wraps)
      this.refuse(`it wraps ${this.wrappedLamports} lamports, more than ${wraps}`)
  }

  /** The price is charged for all units of the limit, used or not. */
  private feeOf({ instructions, signatures }: CheckedTransaction): bigint {
    const [units, prices]: [bigint[], bigint[]] = [[], []]
    for (const { program, data } of instructions) {
      if (program !== COMPUTE_BUDGET_PROGRAM) continue
      if (data[0] === 2 && data.length === 5) units.push(BigInt(u32(data, 1)))
      else if (data[0] === 3 && data.length === 9) prices.push(u64(data, 1))
      else if (data[0] !== 1 && data[0] !== 4) this.refuse('its budget cannot be read')
    }
    if (units.length > 1 || prices.length > 1) this.refuse('it names its budget twice')
    const limit = units[0] ?? UNITS_MAX
    const priority =
      ((limit < UNITS_MAX ? limit : UNITS_MAX) * (prices[0] ?? 0n) + 999_999n) / 1_000_000n
    return SIGNATURE_FEE * BigInt(signatures.length) + priority
  }
}

function u32(data: Uint8Array, at: number): number {
  return new DataView(data.buffer, data.byteOffset, data.length).getUint32(at, true)
}

function u64(data: Uint8Array, at: number): bigint {
  return new DataView(data.buffer, data.byteOffset, data.length).getBigUint64(at, true)
}
