import type { Rng } from '../../src/core/random.js'

/** How likely, or how large, each thing that goes wrong is. */
export interface SwapFaults {
  /** A node loses a transaction that it took. */
  drop: number
  /** Slots that a transaction waits for its block, at most. */
  landSlots: number
  /** A transaction is forked out of its block before it is confirmed. */
  forkOut: number
  /** A slot without a block, each so many slots; 0 for none. */
  skipEvery: number
  /** A question to a node has no answer. */
  nodeFails: number
  /** A sending arrives, and its answer does not. */
  sendLost: number
  /** Slots that a node is behind, at most. */
  nodeLag: number
  /** Slots that statuses are behind the rest of a node, at most. */
  statusLag: number
  /** A node has lost its history for a while. */
  forgets: number
  /** A node does not answer for a while. */
  silent: number
  /** The last height of a transaction is told too low, blocks at most. */
  heightLie: number
  /** Milliseconds until an answer, at most. */
  latencyMs: number
  /** Jupiter has no answer, or wants to be left alone. */
  jupiterFails: number
  /** The source of prices has no answer. */
  pricesFail: number
  /** A transaction is built on an old block, blocks at most. */
  oldBlocks: number
  /** The price moves by so many bps at most between two looks. */
  priceBps: number
  /** The signer is away. */
  signerAway: number
  /** The journal cannot be reached, before it has done something or after. */
  journalAway: number
  /** The process dies around something that lasts. */
  crash: number
  /** An order is cancelled some time after it was sent. */
  cancel: number
}

const NONE: SwapFaults = {
  drop: 0,
  landSlots: 1,
  forkOut: 0,
  skipEvery: 0,
  nodeFails: 0,
  sendLost: 0,
  nodeLag: 0,
  statusLag: 0,
  forgets: 0,
  silent: 0,
  heightLie: 0,
  latencyMs: 50,
  jupiterFails: 0,
  pricesFail: 0,
  oldBlocks: 0,
  priceBps: 2,
  signerAway: 0,
  journalAway: 0,
  crash: 0,
  cancel: 0,
}

const MOST: SwapFaults = {
  drop: 0.7,
  landSlots: 120,
  forkOut: 0.5,
  skipEvery: 6,
  nodeFails: 0.4,
  sendLost: 0.8,
  nodeLag: 40,
  statusLag: 250,
  forgets: 0.5,
  silent: 0.6,
  heightLie: 140,
  latencyMs: 1_500,
  jupiterFails: 0.4,
  pricesFail: 0.5,
  oldBlocks: 160,
  priceBps: 60,
  signerAway: 0.3,
  journalAway: 0.15,
  crash: 0.1,
  cancel: 0.3,
}

/** Draws which things go wrong, and how badly: each of them is left out of half of the worlds. */
export function drawFaults(rng: Rng): SwapFaults {
  const drawn = { ...NONE }
  for (const name of Object.keys(NONE) as (keyof SwapFaults)[]) {
    if (rng.next() < 0.5) continue
    const share = NONE[name] + rng.next() * (MOST[name] - NONE[name])
    drawn[name] = Number.isInteger(MOST[name]) ? Math.round(share) : share
  }
  if (drawn.skipEvery === 1) drawn.skipEvery = 2
  return drawn
}

/** A world in which nothing goes wrong any more. */
export function withoutFaults(faults: SwapFaults): void {
  Object.assign(faults, NONE)
}
