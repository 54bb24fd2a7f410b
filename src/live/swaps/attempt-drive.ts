import { assert } from '../../core/assert.js'
import type { SwapAttempt, SwapFill, SwapIntent } from '../../core/ports/trading/journal.js'
import type { ChainTip, LandedTransaction, SeenStatus } from '../solana/rpc/chain.js'
import { isAbsent, mostKnown } from './absence.js'
import { fillOfLanded } from './settlement.js'
import type { SwapParts } from './swap-parts.js'

/** What the driver of an attempt asks and tells on the way. */
export interface Watch {
  /** Whether it shall leave off: what is open stays open, for the next start. */
  readonly isStopped: () => boolean
  /** Nothing has been learnt of the order for long. */
  readonly onUnknown: (reason: string) => void
}

/**
 * Drives an open attempt until the journal says what has become of it: it landed and filled, landed and
 * failed, or is proved to have expired. The same bytes are sent again until then. No error of a node
 * means anything for the attempt, and neither does any clock.
 */
export async function driveAttempt(
  intent: SwapIntent,
  attempt: SwapAttempt,
  parts: SwapParts,
  watch: Watch,
): Promise<void> {
  const drive = new AttemptDrive(intent, attempt, parts, watch)
  while (!watch.isStopped()) {
    if (await drive.step()) return
    drive.wonder()
    await parts.clock.sleep(parts.policy.pollMs)
  }
}

class AttemptDrive {
  private readonly intent: SwapIntent
  private readonly attempt: SwapAttempt
  private readonly parts: SwapParts
  private readonly watch: Watch
  private readonly since: number
  private sentAt = -Infinity
  private isSent: boolean
  private isUnknown = false
  private trouble = 'it is neither in a block nor expired'

  constructor(intent: SwapIntent, attempt: SwapAttempt, parts: SwapParts, watch: Watch) {
    assert(attempt.order === intent.order, 'an attempt is driven for another order')
    this.intent = intent
    this.attempt = attempt
    this.parts = parts
    this.watch = watch
    this.since = parts.clock.now()
    this.isSent = attempt.state === 'sent'
  }

  /** Looks once, and sends where that is due. @returns whether the attempt has come to its end */
  async step(): Promise<boolean> {
    const { chain } = this.parts
    // What is fresh goes out before anything is asked: the same bytes twice do no more than once.
    if (!this.isSent) await this.send()
    const seen = await chain.statuses(this.attempt.signature)
    if (seen.length === 0) this.trouble = 'no node answers'
    const found = mostKnown(seen)
    if (found !== null && found.commitment !== 'processed') return this.settle(found)
    if (seen.length > 0 && found === null) {
      const tip = await chain.tip('finalized')
      if (tip.kind === 'failed') this.trouble = tip.reason
      else if (tip.value.height > this.attempt.lastValidHeight) return this.expire(tip.value)
    }
    if (found === null) await this.send()
    return false
  }

  /** Says once that nothing has been learnt for long. */
  wonder(): void {
    const { clock, policy, notice } = this.parts
    if (this.isUnknown || clock.now() - this.since < policy.unknownAfterMs) return
    this.isUnknown = true
    notice({ kind: 'unknown', order: this.attempt.order, text: this.trouble })
    this.watch.onUnknown(this.trouble)
  }

  private async send(): Promise<void> {
    const { chain, clock, policy, journal, notice } = this.parts
    if (clock.now() - this.sentAt < policy.resendMs) return
    this.sentAt = clock.now()
    await chain.send(new Uint8Array(Buffer.from(this.attempt.bytes, 'base64')))
    if (this.isSent) return
    await journal.move(this.attempt, 'prepared', 'sent')
    this.isSent = true
    notice({ kind: 'sent', order: this.attempt.order, text: this.attempt.signature })
  }

  /**
   * The last height has passed for good. The attempt has expired where it is absent, twice, up to where
   * the node had come that told the height.
   */
  private async expire(tip: ChainTip): Promise<boolean> {
    const { chain, clock, policy, journal, notice } = this.parts
    for (let look = 0; look < 2; look++) {
      if (look > 0) await clock.sleep(policy.pollMs)
      const seen = await chain.statuses(this.attempt.signature)
      if (!isAbsent(seen, tip.slot, chain)) {
        this.trouble = 'its last height has passed, and too few nodes that have come so far deny it'
        return false
      }
    }
    const from = this.isSent ? 'sent' : this.attempt.state
    const reason = `not in a block up to height ${this.attempt.lastValidHeight}`
    const isMoved = await journal.move(this.attempt, from, 'expired', reason)
    if (isMoved) notice({ kind: 'expired', order: this.attempt.order, text: reason })
    return true
  }

  /** It is in a block that stands: what it moved is what the chain says. */
  private async settle(found: NonNullable<SeenStatus['found']>): Promise<boolean> {
    const { chain, journal, notice } = this.parts
    const { order, signature } = this.attempt
    const reply = await chain.transaction(signature, 'confirmed')
    if (reply.kind === 'failed') {
      this.trouble = reply.reason
      return false
    }
    const landed = reply.value
    const isFailed = landed.error !== null
    if (isFailed !== (found.error !== null)) {
      this.trouble = 'nodes do not agree whether it failed'
      return false
    }
    if (isFailed) return this.fail(landed)
    const fill = this.fillOf(landed)
    if (await journal.fill(fill)) notice({ kind: 'filled', order, text: signature })
    return true
  }

  private async fail(landed: LandedTransaction): Promise<boolean> {
    const { journal, notice } = this.parts
    const { order } = this.attempt
    const reason = `failed on the chain: ${JSON.stringify(landed.error)}`
    if (await journal.fail(this.attempt, reason, landed.fee)) {
      notice({ kind: 'failed', order, text: reason })
    }
    return true
  }

  private fillOf(landed: LandedTransaction): SwapFill {
    return fillOfLanded(this.intent, this.attempt, landed, this.parts.clock.now())
  }
}
