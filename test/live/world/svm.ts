import { VersionedTransaction } from '@solana/web3.js'
import { FailedTransactionMetadata, LiteSVM, Rent, TransactionMetadata } from 'litesvm'
import {
  JUPITER_PROGRAM,
  SYSTEM_PROGRAM,
  TOKEN_2022_PROGRAM,
  TOKEN_PROGRAM,
} from '../../../src/live/solana/programs.js'
import { toBase58 } from '../../../src/live/solana/base58.js'
import { noOpProgram } from './no-op-program.js'
import { errorJson } from './svm-errors.js'

type Address = Parameters<LiteSVM['getAccount']>[0]
type Encoded = Parameters<LiteSVM['setAccount']>[0]
type Sent = Parameters<LiteSVM['sendTransaction']>[0]

/** An account of the chain. */
export interface ChainAccount {
  readonly lamports: bigint
  readonly data: Uint8Array
  readonly owner: string
  readonly isExecutable: boolean
}

/** What a token account holds. */
export interface TokenHolding {
  readonly mint: string
  readonly owner: string
  readonly amount: bigint
  readonly program: string
}

/** What became of a transaction that was run. */
export interface Execution {
  /** As JSON-RPC writes it; null where it succeeded. */
  readonly error: unknown
  readonly logs: readonly string[]
  readonly units: number
  /** Accounts after it, of a simulation alone. */
  readonly after: ReadonlyMap<string, ChainAccount>
}

const ACCOUNT_BYTES = 165

/** The virtual machine of Solana in this process, and its accounts. */
export class Svm {
  private readonly svm: LiteSVM

  constructor() {
    this.svm = new LiteSVM().withNativeMints().withBlockhashCheck(false).withTransactionHistory(0n)
    this.svm.addProgram(JUPITER_PROGRAM as Address, noOpProgram())
  }

  account(address: string): ChainAccount | null {
    const found = this.svm.getAccount(address as Address)
    return found.exists ? accountOf(found) : null
  }

  lamports(address: string): bigint {
    return this.account(address)?.lamports ?? 0n
  }

  holding(address: string): TokenHolding | null {
    const account = this.account(address)
    return account === null ? null : holdingOf(account)
  }

  put(address: string, { lamports, data, owner, isExecutable }: ChainAccount): void {
    this.svm.setAccount({
      address: address as Address,
      data,
      executable: isExecutable,
      lamports: lamports as Encoded['lamports'],
      programAddress: owner as Address,
      space: BigInt(data.length),
    })
  }

  /** Puts an account back to what it was; null where there was none. */
  restore(address: string, account: ChainAccount | null): void {
    if (account?.isExecutable === true) return
    if (account !== null) this.put(address, account)
    else if (this.account(address) !== null) this.put(address, EMPTY)
  }

  addLamports(address: string, change: bigint): void {
    const account = this.account(address) ?? EMPTY
    this.put(address, { ...account, lamports: account.lamports + change })
  }

  addTokens(address: string, change: bigint): void {
    const account = this.account(address)!
    this.put(address, { ...account, data: withTokens(account.data, change) })
  }

  rentFor(bytes: number): bigint {
    return this.svm.minimumBalanceForRentExemption(BigInt(bytes))
  }

  /** What an account's byte costs from now on, lamports. */
  setRent(lamportsPerByte: bigint): void {
    const { exemptionThreshold, burnPercent } = this.svm.getRent()
    const perYear = lamportsPerByte / BigInt(Math.max(1, exemptionThreshold))
    this.svm.setRent(new Rent(perYear, exemptionThreshold, burnPercent))
  }

  setTime(slot: number, seconds: number): void {
    this.svm.warpToSlot(BigInt(slot))
    const clock = this.svm.getClock()
    clock.unixTimestamp = BigInt(seconds)
    this.svm.setClock(clock)
  }

  send(transaction: VersionedTransaction): Execution {
    this.svm.withSigverify(true)
    const ended = this.svm.sendTransaction(encoded(transaction))
    return executionOf(ended, new Map())
  }

  simulate(transaction: VersionedTransaction, isVerified: boolean): Execution {
    this.svm.withSigverify(isVerified)
    try {
      const ended = this.svm.simulateTransaction(encoded(transaction))
      if (ended instanceof FailedTransactionMetadata) return executionOf(ended, new Map())
      const after = ended.postAccounts().map(found => [found.address, accountOf(found)] as const)
      return executionOf(ended.meta(), new Map(after))
    } finally {
      this.svm.withSigverify(true)
    }
  }
}

/** What a token account holds; null where it is none. */
export function holdingOf({ data, owner }: ChainAccount): TokenHolding | null {
  const isToken = owner === TOKEN_PROGRAM || owner === TOKEN_2022_PROGRAM
  if (!isToken || data.length < ACCOUNT_BYTES) return null
  const bytes = Buffer.from(data)
  return {
    mint: toBase58(bytes.subarray(0, 32)),
    owner: toBase58(bytes.subarray(32, 64)),
    amount: bytes.readBigUInt64LE(64),
    program: owner,
  }
}

/** The data of a token account whose amount has changed. */
export function withTokens(data: Uint8Array, change: bigint): Uint8Array {
  const bytes = Buffer.from(data)
  bytes.writeBigUInt64LE(bytes.readBigUInt64LE(64) + change, 64)
  return new Uint8Array(bytes)
}

const EMPTY: ChainAccount = {
  lamports: 0n,
  data: new Uint8Array(0),
  owner: SYSTEM_PROGRAM,
  isExecutable: false,
}

function accountOf(found: Encoded): ChainAccount {
  return {
    lamports: BigInt(found.lamports),
    data: Uint8Array.from(found.data),
    owner: found.programAddress,
    isExecutable: found.executable,
  }
}

function executionOf(
  ended: TransactionMetadata | FailedTransactionMetadata,
  after: ReadonlyMap<string, ChainAccount>,
): Execution {
  const isFailed = ended instanceof FailedTransactionMetadata
  const meta = isFailed ? ended.meta() : ended
  return {
    error: isFailed ? errorJson(ended.err()) : null,
    logs: meta.logs(),
    units: Number(meta.computeUnitsConsumed()),
    after,
  }
}

/** A transaction as the machine takes it: missing signatures are zeros. */
function encoded(transaction: VersionedTransaction): Sent {
  const { message, signatures } = transaction
  const signers = message.staticAccountKeys.slice(0, signatures.length)
  return {
    messageBytes: message.serialize(),
    signatures: Object.fromEntries(signers.map((key, k) => [key.toBase58(), signatures[k]!])),
  } as unknown as Sent
}
