import type { VersionedTransaction } from '@solana/web3.js'
import { MAINNET_GENESIS, TRANSACTION_BYTES_MAX } from '../../../src/live/solana/programs.js'
import type { Commitment } from './blocks.js'
import type { Chain } from './chain.js'
import { keysOf, readTransaction } from './chain-transaction.js'
import { accountBody, statusBody, transactionBody } from './rpc-bodies.js'
import type { ChainAccount } from './svm.js'

/** What goes wrong at one node. */
export interface NodeFaults {
  /** Blocks that all it sees is old. */
  lag: number
  /** Blocks that its statuses are older than the rest: another machine behind the same address. */
  statusLag: number
  /** It has forgotten all transactions but the newest. */
  forgets: boolean
}

/** An answer of JSON-RPC that says no. */
export class RpcError extends Error {
  readonly code: number
  readonly data: unknown

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

type Params = readonly unknown[]
type Config = Readonly<Record<string, unknown>> | undefined

/** A node of the chain: JSON-RPC methods with the shapes and the errors of real ones. */
export class RpcNode {
  readonly faults: NodeFaults = { lag: 0, statusLag: 0, forgets: false }
  private readonly chain: Chain

  constructor(chain: Chain) {
    this.chain = chain
  }

  /** @throws RpcError */
  call(method: string, params: Params): unknown {
    const known = this.methods[method]
    if (known === undefined) throw new RpcError(-32601, 'Method not found')
    return known(params)
  }

  private readonly methods: Readonly<Record<string, (params: Params) => unknown>> = {
    getHealth: () => {
      const { lag } = this.faults
      if (lag <= 128) return 'ok'
      throw new RpcError(-32005, `Node is behind by ${lag} slots`, { numSlotsBehind: lag })
    },
    getGenesisHash: () => MAINNET_GENESIS,
    getSlot: params => this.view(commitmentIn(params, 0)).slot,
    getBlockHeight: params => this.view(commitmentIn(params, 0)).height,
    getEpochInfo: params => {
      const { slot, height } = this.view(commitmentIn(params, 0))
      const slotsInEpoch = 432_000
      return {
        absoluteSlot: slot,
        blockHeight: height,
        epoch: Math.floor(slot / slotsInEpoch),
        slotIndex: slot % slotsInEpoch,
        slotsInEpoch,
        transactionCount: this.chain.landed.size,
      }
    },
    getLatestBlockhash: params => {
      const { blockhash, height, slot } = this.view(commitmentIn(params, 0))
      return this.valued({ blockhash, lastValidBlockHeight: height + 150 }, slot)
    },
    getBalance: ([key]) => this.valued(this.chain.svm.lamports(key as string)),
    getAccountInfo: ([key]) => this.valued(this.account(key as string)),
    getMultipleAccounts: ([keys]) =>
      this.valued((keys as readonly string[]).map(key => this.account(key))),
    getTokenAccountBalance: ([key]) => this.tokenBalance(key as string),
    getMinimumBalanceForRentExemption: ([bytes]) => this.chain.svm.rentFor(bytes as number),
    getSignatureStatuses: ([signatures, config]) => this.statuses(signatures, config),
    getSignaturesForAddress: ([address, config]) => this.signatures(address as string, config),
    getTransaction: ([signature, config]) => this.transaction(signature as string, config),
    simulateTransaction: ([bytes, config]) => this.simulate(bytes as string, config),
    sendTransaction: ([bytes, config]) => this.send(bytes as string, config),
  }

  private view(commitment: Commitment, lag = this.faults.lag): ReturnType<Chain['view']> {
    return this.chain.view(commitment, lag)
  }

  private valued(value: unknown, slot = this.view('processed').slot): unknown {
    return { context: { apiVersion: '2.2.0', slot }, value }
  }

  private account(key: string): unknown {
    const account = this.chain.svm.account(key)
    return account === null ? null : accountBody(account)
  }

  private tokenBalance(key: string): unknown {
    const holding = this.chain.svm.holding(key)
    if (holding === null) throw new RpcError(-32602, 'Invalid param: could not find account')
    const decimals = this.decimalsOf(holding.mint)
    return this.valued({ amount: String(holding.amount), decimals, uiAmount: null })
  }

  private decimalsOf(mint: string): number {
    return this.chain.svm.account(mint)!.data[44]!
  }

  private statuses(signatures: unknown, config: unknown): unknown {
    const { slot } = this.view('processed', this.faults.lag + this.faults.statusLag)
    const isDeep = (config as Config)?.['searchTransactionHistory'] === true
    const found = (signatures as readonly string[]).map(signature => {
      const landed = this.chain.landed.get(signature)
      if (landed === undefined || landed.slot > slot) return null
      if (this.faults.forgets) return null
      // Without the flag a node looks into its recent slots alone.
      if (!isDeep && slot - landed.slot > 150) return null
      return statusBody(landed, slot, this.chain.commitmentOf(landed, slot))
    })
    return this.valued(found, slot)
  }

  /** Newest first, a page at a time. */
  private signatures(address: string, config: unknown): unknown {
    const { before, limit = 1000 } = (config ?? {}) as { before?: string; limit?: number }
    const { slot } = this.view('confirmed')
    const all = [...this.chain.landed.values()]
      .filter(landed => landed.slot <= slot && landed.keys.includes(address))
      .reverse()
    const from = before === undefined ? 0 : all.findIndex(one => one.signature === before) + 1
    return all.slice(from, from + limit).map(({ signature, slot: at, time, error }) => ({
      signature,
      slot: at,
      err: error,
      memo: null,
      blockTime: Math.floor(time / 1000),
      confirmationStatus: 'confirmed',
    }))
  }

  private transaction(signature: string, config: unknown): unknown {
    const landed = this.chain.landed.get(signature)
    const { slot } = this.view('processed')
    if (landed === undefined || landed.slot > slot || this.faults.forgets) return null
    const wanted = ((config as Config)?.['commitment'] ?? 'finalized') as Commitment
    const reached = this.chain.commitmentOf(landed, slot)
    const order: readonly Commitment[] = ['processed', 'confirmed', 'finalized']
    if (order.indexOf(reached) < order.indexOf(wanted)) return null
    return transactionBody(landed, mint => this.decimalsOf(mint))
  }

  private simulate(text: string, config: unknown): unknown {
    const options = (config ?? {}) as Readonly<Record<string, unknown>>
    const transaction = read(text)
    const { recentBlockhash } = transaction.message
    const isReplaced = options['replaceRecentBlockhash'] === true
    if (!isReplaced && !this.chain.isValid(recentBlockhash, this.view('processed').height)) {
      return this.valued({ err: 'BlockhashNotFound', logs: [], accounts: null, unitsConsumed: 0 })
    }
    const ran = this.chain.simulate(transaction, options['sigVerify'] === true)
    const wanted = options['accounts'] as { addresses: readonly string[] } | undefined
    return this.valued({
      err: ran.error,
      logs: ran.logs,
      accounts: wanted === undefined ? null : this.after(ran.after, transaction, wanted.addresses),
      unitsConsumed: ran.units,
      returnData: null,
    })
  }

  /** Accounts after a simulation: those that the transaction names have what it left, and others what they hold. */
  private after(
    changed: ReadonlyMap<string, ChainAccount>,
    transaction: VersionedTransaction,
    addresses: readonly string[],
  ): unknown[] {
    const named = new Set(keysOf(transaction, this.chain.svm))
    return addresses.map(address => {
      const account = changed.get(address) ?? this.chain.svm.account(address)
      const isGone = account === null || (named.has(address) && account.lamports === 0n)
      return isGone ? null : accountBody(account)
    })
  }

  private send(text: string, config: unknown): string {
    const options = (config ?? {}) as Readonly<Record<string, unknown>>
    const transaction = read(text)
    const bytes = new Uint8Array(Buffer.from(text, 'base64'))
    if (bytes.length > TRANSACTION_BYTES_MAX) {
      const limit = `too large: ${text.length} bytes (max: encoded/raw 1644/1232)`
      throw new RpcError(-32602, `base64 encoded VersionedTransaction ${limit}`)
    }
    if (transaction.signatures.some(signature => signature.every(byte => byte === 0))) {
      throw new RpcError(-32003, 'Transaction signature verification failure')
    }
    if (options['skipPreflight'] !== true) this.preflight(transaction, options)
    return this.chain.submit(bytes)
  }

  private preflight(
    transaction: VersionedTransaction,
    options: Readonly<Record<string, unknown>>,
  ): void {
    const commitment = (options['preflightCommitment'] ?? 'finalized') as Commitment
    const { height } = this.view(commitment)
    const failed = (error: unknown, message: string): RpcError => {
      const data = { accounts: null, err: error, logs: [], unitsConsumed: 0 }
      return new RpcError(-32002, `Transaction simulation failed: ${message}`, data)
    }
    if (!this.chain.isValid(transaction.message.recentBlockhash, height)) {
      throw failed('BlockhashNotFound', 'Blockhash not found')
    }
    const ran = this.chain.simulate(transaction, true)
    if (ran.error !== null) throw failed(ran.error, JSON.stringify(ran.error))
  }
}

function commitmentIn(params: Params, at: number): Commitment {
  // What the server takes where nothing is said.
  return ((params[at] as Config)?.['commitment'] ?? 'finalized') as Commitment
}

function read(text: string): VersionedTransaction {
  try {
    return readTransaction(new Uint8Array(Buffer.from(text, 'base64')))
  } catch (error) {
    const reason = (error as Error).message
    throw new RpcError(-32602, `failed to deserialize VersionedTransaction: ${reason}`)
  }
}
