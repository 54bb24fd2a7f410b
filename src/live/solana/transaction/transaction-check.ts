import { mulDiv } from '../../../core/account/money.js'
import type { SignedSwap } from '../../../core/ports/trading/signer.js'
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
} from '../programs.js'
import { routeTerms } from './jupiter-route.js'
import { tokenAddress } from '../tokens/token-address.js'

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

/** The verdict on a transaction. */
export interface CheckedSwap {
  /** Why it must not be signed, in words; none where it is the swap that it is said to be. */
  readonly refusals: readonly string[]
  /** Network and priority fee at most, lamports. */
  readonly fee: bigint
}

const CLOSE_ACCOUNT = 9
const SYNC_NATIVE = 17

/**
 * Whether a transaction is the swap that it is said to be and no more, by its bytes alone: version 0, paid by
 * the wallet, which alone has not signed yet; programs that a swap needs and no others; one route, which gives
 * the amount from the wallet's account of the one token and takes at least the least into that of the
 * other; no rights are given away; the fee is within its cap. What a route does within Jupiter's program only
 * a simulation shows.
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
  private routes = 0
  /** On their way into wrapped SOL. */
  private lamports = 0n

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
    this.lamports += u64(data, 4)
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

  /** Tokens move by the route alone: beside it stands the wrapping of SOL, and nothing else. */
  private token({ program, accounts, data }: CheckedInstruction): void {
    const [account, target, owner] = accounts
    const isWrapped = program === TOKEN_PROGRAM && account === this.wrapped && data.length === 1
    if (isWrapped && data[0] === SYNC_NATIVE) return
    const isOwn = target === this.wallet && owner === this.wallet
    if (isWrapped && data[0] === CLOSE_ACCOUNT && isOwn) return
    this.refuse(`it asks the token program for what no swap needs (${data[0]})`)
  }

  private route({ accounts, data }: CheckedInstruction): void {
    this.routes++
    const terms = routeTerms(data)
    if (terms === undefined) return this.refuse('it calls Jupiter for what cannot be checked')
    const { places, given, least, feeBps } = terms
    const at = (place: number): string => accounts[place] ?? ''
    if (at(places.authority) !== this.wallet) this.refuse('its route is not given by the wallet')
    if (!this.gives.includes(at(places.source))) this.refuse('its route gives from another account')
    const other = places.other === undefined ? JUPITER_PROGRAM : at(places.other)
    const isOther = other !== JUPITER_PROGRAM && !this.takes.includes(other)
    if (!this.takes.includes(at(places.destination)) || isOther)
      this.refuse('its route brings what it takes into another account')
    this.mints([accounts[places.givesMint], accounts[places.takesMint]])
    if (feeBps > 0) this.refuse(`its route gives ${feeBps} bps to others`)
    if (given !== this.swap.amount) this.refuse(`it gives ${given} units, not ${this.swap.amount}`)
    if (least < this.swap.least)
      this.refuse(`it may bring ${least} units, less than ${this.swap.least}`)
  }

  /** A mint that comes from a lookup table is bound by the accounts, which are made of it. */
  private mints([gives, takes]: readonly (string | null | undefined)[]): void {
    const { givesMint, takesMint } = this.swap
    const isOther = (mint: string | null | undefined, wanted: string): boolean =>
      mint !== null && mint !== wanted
    if (isOther(gives, givesMint) || isOther(takes, takesMint))
      this.refuse('its route is of other tokens')
  }

  private sums(): void {
    const { amount, givesMint } = this.swap
    if (this.routes !== 1) this.refuse(`it has ${this.routes} routes, not one`)
    const wraps = givesMint === SOL_MINT ? amount : 0n
    if (this.lamports > wraps) this.refuse(`it wraps ${this.lamports} lamports, more than ${wraps}`)
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
    if (units.length === 0) this.refuse('it does not limit its compute units')
    const priority = mulDiv(units[0] ?? 0n, prices[0] ?? 0n, 1_000_000n, 'up')
    return SIGNATURE_FEE * BigInt(signatures.length) + priority
  }
}

function u32(data: Uint8Array, at: number): number {
  return new DataView(data.buffer, data.byteOffset, data.length).getUint32(at, true)
}

function u64(data: Uint8Array, at: number): bigint {
  return new DataView(data.buffer, data.byteOffset, data.length).getBigUint64(at, true)
}
