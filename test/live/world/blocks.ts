import { toBase58 } from '../../../src/live/solana/base58.js'
import type { Rng } from '../../../src/core/random.js'

export type Commitment = 'processed' | 'confirmed' | 'finalized'

export interface Block {
  readonly slot: number
  readonly height: number
  readonly blockhash: string
  /** UTC milliseconds. */
  readonly time: number
}

const BLOCKS_KEPT = 700
/** Blocks for which a transaction may land after its blockhash. */
const WINDOW = 150

/** The newest blocks of a chain, and what of them nodes see. */
export class Blocks {
  private readonly kept: Block[] = []
  private readonly heights = new Map<string, number>()
  private readonly behind: Readonly<Record<Commitment, number>>
  private readonly rng: Rng

  constructor(rng: Rng, confirmSlots: number, finalSlots: number) {
    this.rng = rng
    this.behind = { processed: 0, confirmed: confirmSlots, finalized: finalSlots }
  }

  add(slot: number, height: number, time: number): void {
    const bytes = Uint8Array.from({ length: 32 }, () => Math.floor(this.rng.next() * 256))
    const blockhash = toBase58(bytes)
    this.kept.push({ slot, height, blockhash, time })
    this.heights.set(blockhash, height)
    if (this.kept.length > BLOCKS_KEPT) this.heights.delete(this.kept.shift()!.blockhash)
  }

  /** The newest block of a commitment that a node sees which is some blocks behind. */
  view(commitment: Commitment, lag: number): Block {
    const at = this.kept.length - 1 - lag - this.behind[commitment]
    return this.kept[Math.max(0, at)]!
  }

  /** Whether a blockhash is known at a height and may still be used there. */
  isValid(blockhash: string, height: number): boolean {
    const born = this.heights.get(blockhash)
    return born !== undefined && born <= height && height <= born + WINDOW
  }

  lastValidHeight(blockhash: string): number {
    return this.heights.get(blockhash)! + WINDOW
  }

  /** How far a slot has come, as seen from another. */
  commitmentOf(slot: number, seenFrom: number): Commitment {
    const depth = seenFrom - slot
    if (depth >= this.behind.finalized) return 'finalized'
    return depth >= this.behind.confirmed ? 'confirmed' : 'processed'
  }
}
