import { baseUnits } from '../../src/core/account/money.js'
import type { Rng } from '../../src/core/random.js'
import { answered, passing, type Reply } from '../../src/live/reply.js'
import type {
  Chain,
  ChainTip,
  Commitment,
  LandedTransaction,
  SeenStatus,
} from '../../src/live/solana/rpc/chain.js'
import { accountIn, copied, execute, landedOf, MODEL_RENT, type Holdings } from './model-ledger.js'
import { decodeSwap, type ModelSwap } from './model-transaction.js'
import type { SwapFaults } from './swarm.js'
import type { VirtualClock } from './virtual-clock.js'

interface Waiting {
  readonly swap: ModelSwap & { readonly signature: string }
  readonly landSlot: number
}

/** How a node is for a while. */
interface Mood {
  until: number
  lag: number
  statusLag: number
  forgets: boolean
  isSilent: boolean
}

interface Fork {
  readonly at: number
  readonly signature: string
}

const NODES = 2
/** For so long a node stays as it is, milliseconds at most. */
const MOOD_MS = 120_000
const WINDOW = 150
const FINAL = 31
const SLOT_MS = 400
const FIRST_SLOT = 300_000_000

/**
 * A chain without a machine behind it, for thousands of worlds a minute: heights, commitment, lost and
 * late and forked transactions, nodes that are behind or silent. It moves as its clock does.
 */
export class ChainModel implements Chain {
  readonly nodes = NODES
  readonly holdings: Holdings
  readonly landed = new Map<string, LandedTransaction>()
  readonly wallet: string
  private readonly clock: VirtualClock
  private readonly rng: Rng
  private readonly faults: SwapFaults
  private readonly outFor: (swap: ModelSwap) => bigint
  private readonly started: number
  private slot = FIRST_SLOT
  private skipped = 0
  /** Heights by slots since the first. */
  private readonly heights: number[] = [FIRST_SLOT]
  private waiting: Waiting[] = []
  private forks: Fork[] = []
  private readonly moods: Mood[] = []
  private readonly undo = new Map<string, Holdings>()

  constructor(
    parts: { readonly clock: VirtualClock; readonly rng: Rng; readonly faults: SwapFaults },
    wallet: { readonly address: string; readonly holdings: Holdings },
    outFor: (swap: ModelSwap) => bigint,
  ) {
    this.clock = parts.clock
    this.rng = parts.rng
    this.faults = parts.faults
    this.wallet = wallet.address
    this.holdings = wallet.holdings
    this.outFor = outFor
    this.started = this.clock.now() - 200 * SLOT_MS
    this.advance()
  }

  /** The height of the newest block. */
  get height(): number {
    this.advance()
    return this.heights.at(-1)!
  }

  get newestSlot(): number {
    this.advance()
    return this.slot
  }

  async statuses(signature: string): Promise<readonly SeenStatus[]> {
    const replies = []
    for (let node = 0; node < NODES; node++) {
      replies.push(await this.ask(node, mood => this.statusAt(signature, mood)))
    }
    return replies.flatMap(reply => (reply.kind === 'answered' ? [reply.value] : []))
  }

  tip(commitment: Commitment): Promise<Reply<ChainTip>> {
    return this.ask(this.anyNode(), ({ lag }) => this.tipAt(commitment, lag))
  }

  async send(bytes: Uint8Array): Promise<readonly Reply<string>[]> {
    const swap = decodeSwap(bytes) as Waiting['swap']
    const replies: Reply<string>[] = []
    for (let node = 0; node < NODES; node++) {
      const reply = await this.ask(node, () => this.submit(swap))
      const isLost = this.rng.next() < this.faults.sendLost
      replies.push(isLost ? passing('a node cut the connection') : reply)
    }
    return replies
  }

  simulate(bytes: Uint8Array, watched: readonly string[]): ReturnType<Chain['simulate']> {
    return this.ask(this.anyNode(), () => {
      const swap = decodeSwap(bytes)
      const { error, after } = execute(swap, this.holdings, this.outFor(swap))
      const accounts = watched.map(name => [name, accountIn(after, this.wallet, name)] as const)
      return { error, logs: [], accounts: new Map(error === null ? accounts : []) }
    })
  }

  async transaction(
    signature: string,
    commitment: 'confirmed' | 'finalized',
  ): Promise<Reply<LandedTransaction>> {
    const reply = await this.ask(this.anyNode(), mood => {
      const { found } = this.statusAt(signature, { ...mood, statusLag: 0 })
      const isFar = found?.commitment === 'finalized' || found?.commitment === commitment
      return isFar ? this.landed.get(signature)! : null
    })
    if (reply.kind === 'failed') return reply
    return reply.value === null ? passing('a node does not know it') : answered(reply.value)
  }

  async accounts(addresses: readonly string[], since: number): ReturnType<Chain['accounts']> {
    const reply = await this.ask(this.anyNode(), () => ({
      seenAt: this.slot,
      accounts: new Map(
        addresses.map(name => [name, accountIn(this.holdings, this.wallet, name)] as const),
      ),
    }))
    const isBehind = reply.kind === 'answered' && reply.value.seenAt < since
    return isBehind ? passing('a node is behind') : reply
  }

  rentFor(): ReturnType<Chain['rentFor']> {
    return this.ask(this.anyNode(), () => baseUnits(MODEL_RENT))
  }

  private async ask<T>(node: number, answer: (mood: Mood) => T): Promise<Reply<T>> {
    const half = (this.rng.next() * this.faults.latencyMs) / 2
    await this.clock.sleep(half)
    const mood = this.moodOf(node)
    if (mood.isSilent || this.rng.next() < this.faults.nodeFails) {
      return passing('a node does not answer')
    }
    this.advance()
    const value = answer(mood)
    await this.clock.sleep(half)
    return answered(value)
  }

  private anyNode(): number {
    return Math.floor(this.rng.next() * NODES)
  }

  /** Nodes stay as they are for a while: one that is behind is so for all questions. */
  private moodOf(node: number): Mood {
    const known = this.moods[node]
    if (known !== undefined && known.until > this.clock.now()) return known
    const { nodeLag, statusLag, forgets, silent } = this.faults
    const below = (most: number): number => Math.floor(this.rng.next() * (most + 1))
    const mood = {
      until: this.clock.now() + this.rng.next() * MOOD_MS,
      lag: below(nodeLag),
      statusLag: below(statusLag),
      // One at a time: what all have forgotten nobody can know.
      forgets: node === 0 && this.rng.next() < forgets,
      isSilent: node !== 0 && this.rng.next() < silent,
    }
    this.moods[node] = mood
    return mood
  }

  private tipAt(commitment: Commitment, lag: number): ChainTip {
    const behind = { processed: 0, confirmed: 1, finalized: FINAL }[commitment]
    const slot = this.slot - behind - lag
    return { slot, height: this.heights[slot - FIRST_SLOT]! }
  }

  private statusAt(signature: string, mood: Mood): SeenStatus {
    const seenAt = this.slot - mood.lag - mood.statusLag
    const landed = mood.forgets ? undefined : this.landed.get(signature)
    if (landed === undefined || landed.slot > seenAt) return { seenAt, found: null }
    const depth = seenAt - landed.slot
    const commitment = depth >= FINAL ? 'finalized' : depth >= 1 ? 'confirmed' : 'processed'
    return { seenAt, found: { slot: landed.slot, error: landed.error, commitment } }
  }

  private submit(swap: Waiting['swap']): string {
    const { signature } = swap
    const isKnown = this.waiting.some(other => other.swap.signature === signature)
    if (this.landed.has(signature) || isKnown) return signature
    if (this.rng.next() < this.faults.drop) return signature
    const delay = 1 + Math.floor(this.rng.next() * this.faults.landSlots)
    this.waiting.push({ swap, landSlot: this.slot + delay })
    return signature
  }

  /** Comes to the slot of the time. */
  private advance(): void {
    const target = FIRST_SLOT + Math.floor((this.clock.now() - this.started) / SLOT_MS)
    while (this.slot < target) {
      this.slot += 1
      const { skipEvery } = this.faults
      const isSkipped = skipEvery > 0 && this.slot % skipEvery === 0
      if (isSkipped) this.skipped += 1
      this.heights.push(this.slot - this.skipped)
      this.takeBack()
      if (!isSkipped) this.produce()
    }
  }

  private takeBack(): void {
    if (this.forks.length === 0) return
    for (const { signature } of this.forks.filter(({ at }) => at <= this.slot)) {
      Object.assign(this.holdings, this.undo.get(signature))
      this.landed.delete(signature)
    }
    this.forks = this.forks.filter(({ at }) => at > this.slot)
  }

  private produce(): void {
    if (this.waiting.length === 0) return
    const due = this.waiting.filter(({ landSlot }) => landSlot <= this.slot)
    this.waiting = this.waiting.filter(({ landSlot }) => landSlot > this.slot)
    for (const { swap } of due) this.land(swap)
  }

  private land(swap: Waiting['swap']): void {
    const height = this.heights.at(-1)!
    if (height > swap.born + WINDOW) return
    const before = copied(this.holdings)
    const outcome = execute(swap, before, this.outFor(swap))
    const time = Math.floor((this.started + (this.slot - FIRST_SLOT) * SLOT_MS) / 1000) * 1000
    this.landed.set(swap.signature, landedOf(swap, outcome, { slot: this.slot, time }))
    Object.assign(this.holdings, outcome.after)
    // Before it is confirmed: one slot deep, so that nothing has been built upon it.
    if (this.rng.next() >= this.faults.forkOut) return
    this.undo.set(swap.signature, before)
    this.forks.push({ at: this.slot + 1, signature: swap.signature })
  }
}
