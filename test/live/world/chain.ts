import type { VersionedTransaction } from '@solana/web3.js'
import { seededRng, type Rng } from '../../../src/core/random.js'
import { Blocks, type Block, type Commitment } from './blocks.js'
import { afterEffects, failureOf, logsOf, type Effects } from './effects.js'
import { toBase58 } from '../../../src/live/solana/base58.js'
import { feeOf, keysOf, readTransaction } from './chain-transaction.js'
import { Svm, type ChainAccount, type Execution, type TokenHolding } from './svm.js'

/** What an account held at some moment. */
export interface Holding {
  readonly lamports: bigint
  readonly token: TokenHolding | null
}

/** A transaction that got into a block. */
export interface Landed {
  readonly signature: string
  readonly slot: number
  readonly time: number
  /** As JSON-RPC writes it; null where it succeeded. */
  readonly error: unknown
  readonly logs: readonly string[]
  readonly fee: bigint
  readonly units: number
  readonly keys: readonly string[]
  readonly before: readonly Holding[]
  readonly after: readonly Holding[]
  readonly transaction: VersionedTransaction
  readonly bytes: Uint8Array
}

/** What goes wrong on the chain itself. */
export interface ChainFaults {
  /** Transactions that are taken and never land. */
  drops: number
  /** Slots that a transaction waits for its block. */
  landDelay: number
  /** Swaps that fail for their slippage. */
  slippageFails: number
  /** Landed transactions that are forked out again. */
  forkOuts: number
  /** After so many slots. */
  forkDepth: number
  /** Each slot whose number it divides has no block; 0 for none. */
  skipEvery: number
}

export interface ChainOptions {
  readonly seed?: number
  readonly slotMs?: number
  readonly startTime?: number
  readonly confirmSlots?: number
  readonly finalSlots?: number
}

interface Fork {
  readonly at: number
  readonly undo: () => void
}

interface Waiting {
  readonly bytes: Uint8Array
  readonly transaction: VersionedTransaction
  readonly signature: string
  readonly landSlot: number
}

/**
 * A chain in this process: the SVM executes, and this owns slots, block heights, blockhashes,
 * commitment, forks and what goes wrong with them. Time passes by `tick` alone.
 */
export class Chain {
  readonly svm = new Svm()
  readonly faults: ChainFaults = {
    drops: 0,
    landDelay: 0,
    slippageFails: 0,
    forkOuts: 0,
    forkDepth: 1,
    skipEvery: 0,
  }
  readonly landed = new Map<string, Landed>()
  readonly rng: Rng
  readonly slotMs: number
  readonly finalSlots: number
  slot = 300_000_000
  time: number
  /** What the programs that the machine does not have would do. */
  program: ((transaction: VersionedTransaction, chain: Chain) => Effects | null) | null = null
  private heightGap = 21_000_000
  private readonly blocks: Blocks
  private waiting: Waiting[] = []
  private forks: Fork[] = []

  constructor(options: ChainOptions = {}) {
    const { seed = 1, slotMs = 400, startTime = Date.UTC(2026, 9, 1) } = options
    const { confirmSlots = 1, finalSlots = 31 } = options
    this.rng = seededRng(seed)
    this.slotMs = slotMs
    this.time = startTime
    this.blocks = new Blocks(this.rng, confirmSlots, finalSlots)
    this.finalSlots = finalSlots
    this.addBlock()
    this.tick(finalSlots + 10)
  }

  get height(): number {
    return this.slot - this.heightGap
  }

  /** Lets slots pass. */
  tick(slots = 1): void {
    for (let k = 0; k < slots; k++) {
      this.slot += 1
      this.time += this.slotMs
      const { skipEvery } = this.faults
      if (skipEvery > 0 && this.slot % skipEvery === 0) this.heightGap += 1
      else this.produce()
    }
  }

  private produce(): void {
    const due = this.forks.filter(({ at }) => at <= this.slot)
    this.forks = this.forks.filter(({ at }) => at > this.slot)
    for (const { undo } of due.reverse()) undo()
    this.addBlock()
    const landing = this.waiting.filter(({ landSlot }) => landSlot <= this.slot)
    this.waiting = this.waiting.filter(({ landSlot }) => landSlot > this.slot)
    for (const transaction of landing) this.land(transaction)
  }

  private addBlock(): void {
    this.svm.setTime(this.slot, Math.floor(this.time / 1000))
    this.blocks.add(this.slot, this.height, this.time)
  }

  /** The newest block of a commitment that a node sees which is some blocks behind. */
  view(commitment: Commitment = 'processed', lag = 0): Block {
    return this.blocks.view(commitment, lag)
  }

  /** Whether a blockhash is known at a height and may still be used there. */
  isValid(blockhash: string, height = this.height): boolean {
    return this.blocks.isValid(blockhash, height)
  }

  lastValidHeight(blockhash: string): number {
    return this.blocks.lastValidHeight(blockhash)
  }

  commitmentOf(landed: Landed, slot: number): Commitment {
    return this.blocks.commitmentOf(landed.slot, slot)
  }

  /** Takes a transaction as a node does: the same once more changes nothing. */
  submit(bytes: Uint8Array): string {
    const transaction = readTransaction(bytes)
    const signature = toBase58(transaction.signatures[0]!)
    if (this.landed.has(signature)) return signature
    if (this.waiting.some(other => other.signature === signature)) return signature
    if (this.faults.drops > 0) {
      this.faults.drops -= 1
      return signature
    }
    const landSlot = this.slot + 1 + this.faults.landDelay
    this.waiting.push({ bytes, transaction, signature, landSlot })
    return signature
  }

  /** Runs a transaction without keeping what it does. */
  simulate(transaction: VersionedTransaction, isVerified: boolean): Execution {
    const ran = this.svm.simulate(transaction, isVerified)
    const effects = ran.error === null ? (this.program?.(transaction, this) ?? null) : null
    if (effects === null) return ran
    if (effects.code !== null) {
      return { ...ran, error: failureOf(effects), logs: logsOf(effects.code) }
    }
    return { ...ran, after: afterEffects(ran.after, effects, this.svm) }
  }

  private land({ bytes, transaction, signature }: Waiting): void {
    // What expired in the queue is gone, and nobody is told.
    if (!this.isValid(transaction.message.recentBlockhash)) return
    const keys = keysOf(transaction, this.svm)
    const kept = keys.map(key => [key, this.svm.account(key)] as const)
    const before = keys.map(key => this.holding(key))
    const fee = feeOf(transaction)
    const ran = this.execute(transaction, keys[0]!, fee)
    // A transaction that is no whole one gets into no block.
    if (typeof ran.error === 'string') return
    this.landed.set(signature, {
      signature,
      slot: this.slot,
      time: this.time,
      error: ran.error,
      logs: ran.logs,
      fee,
      units: ran.units,
      keys,
      before,
      after: keys.map(key => this.holding(key)),
      transaction,
      bytes,
    })
    if (this.faults.forkOuts > 0) this.forkOut(signature, kept, ran.undo)
  }

  private execute(
    transaction: VersionedTransaction,
    payer: string,
    fee: bigint,
  ): Execution & { readonly undo: () => void } {
    const nothing = (): void => undefined
    const effects = this.effectsOf(transaction)
    if (effects !== null && effects.code !== null) {
      // The fee is burnt, and nothing else moves.
      this.svm.addLamports(payer, -fee)
      const error = failureOf(effects)
      return { error, logs: logsOf(effects.code), units: 45_000, after: new Map(), undo: nothing }
    }
    const ran = this.svm.send(transaction)
    if (ran.error !== null || effects === null) return { ...ran, undo: nothing }
    for (const { account, lamports = 0n, tokens = 0n } of effects.changes) {
      if (lamports !== 0n) this.svm.addLamports(account, lamports)
      if (tokens !== 0n) this.svm.addTokens(account, tokens)
    }
    return { ...ran, undo: effects.commit() }
  }

  private effectsOf(transaction: VersionedTransaction): Effects | null {
    const effects = this.program?.(transaction, this) ?? null
    if (effects === null || this.faults.slippageFails === 0) return effects
    this.faults.slippageFails -= 1
    return { ...effects, code: 6001 }
  }

  private forkOut(
    signature: string,
    kept: readonly (readonly [string, ChainAccount | null])[],
    undo: () => void,
  ): void {
    this.faults.forkOuts -= 1
    const at = this.slot + this.faults.forkDepth
    this.forks.push({
      at,
      undo: () => {
        for (const [key, account] of kept) this.svm.restore(key, account)
        undo()
        this.landed.delete(signature)
      },
    })
  }

  private holding(key: string): Holding {
    return { lamports: this.svm.lamports(key), token: this.svm.holding(key) }
  }
}
