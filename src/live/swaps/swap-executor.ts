import type {
  IntentState,
  JournalledIntent,
  SwapFill,
  SwapIntent,
} from '../../core/ports/trading/journal.js'
import { isOpenAttempt } from '../../core/ports/trading/journal-rules.js'
import { driveAttempt, type Watch } from './attempt-drive.js'
import { patiently } from './patience.js'
import { prepareSwap } from './preparation.js'
import type { SwapParts } from './swap-parts.js'

/** What an intent has come to. */
export interface SwapEnd {
  /** `stopped`: somebody has stopped the executor, and the intent waits for the next start. */
  readonly state: Exclude<IntentState, 'open'> | 'stopped'
  readonly reason: string
  readonly fills: readonly SwapFill[]
  /** Fees of transactions that landed and failed, lamports. */
  readonly burnt: bigint
}

/** What whoever waits for an intent asks and hears. */
export interface IntentWatch extends Watch {
  /** Whether it shall have no new transaction. */
  readonly isCancelled: () => boolean
}

/** What a run knows of an intent beside the journal. */
interface Tries {
  failures: number
  last: string
}

const BACKOFF_MAX = 5

/**
 * Drives one intent after the other to its end. The journal is asked at every step what to do next, so
 * that it is the same to go on and to begin again after a stop: an open attempt is driven to its end,
 * and only after that is another made.
 */
export class SwapExecutor {
  private readonly parts: SwapParts
  /** The newest slot that a fill was in: no balance from before it counts. */
  private since = 0

  constructor(parts: SwapParts) {
    this.parts = parts
  }

  /** @param intent what is opened where its order is not in the journal; else what stands there counts */
  async run(intent: SwapIntent, watch: IntentWatch): Promise<SwapEnd> {
    const tries: Tries = { failures: 0, last: '' }
    const { isStopped } = watch
    while (!isStopped()) {
      const next = (): Promise<SwapEnd | null> => this.step(intent, watch, tries)
      const end = await patiently(this.parts, { order: intent.order, isStopped }, next)
      if (end !== undefined && end !== null) return end
    }
    return { state: 'stopped', reason: 'stopped before its end', fills: [], burnt: 0n }
  }

  /** Does what is next by the journal. @returns the end of the intent, or null where it goes on */
  private async step(asked: SwapIntent, watch: IntentWatch, tries: Tries): Promise<SwapEnd | null> {
    const { journal } = this.parts
    const known = (await journal.find(asked.order)) ?? (await this.open(asked))
    const { intent } = known
    if (known.state !== 'open') return this.endOf(known)
    const last = known.attempts.at(-1)
    if (last !== undefined && isOpenAttempt(last)) {
      await driveAttempt(intent, last, this.parts, watch)
      tries.failures = 0
      return null
    }
    const next = this.verdictOn(known, watch, tries)
    if (next === null) await this.prepare(intent, known.attempts.length + 1, tries)
    else await journal.end(intent.order, next.state, next.reason)
    return null
  }

  private async open(intent: SwapIntent): Promise<JournalledIntent> {
    await this.parts.journal.open(intent)
    return (await this.parts.journal.find(intent.order))!
  }

  /** How an intent without an open attempt ends; null where it gets another one. */
  private verdictOn(
    { intent, attempts }: JournalledIntent,
    watch: IntentWatch,
    { failures, last }: Tries,
  ): { readonly state: Exclude<IntentState, 'open'>; readonly reason: string } | null {
    const { policy, clock } = this.parts
    const newest = attempts.at(-1)
    if (newest?.state === 'confirmed' || newest?.state === 'finalized') {
      return { state: 'filled', reason: newest.signature }
    }
    if (watch.isCancelled()) return { state: 'cancelled', reason: 'as asked' }
    if (attempts.length >= policy.attemptsMax) {
      const reason = `${attempts.length} transactions had no effect, the last ${newest!.reason}`
      return { state: 'refused', reason }
    }
    if (failures >= policy.triesMax) return { state: 'refused', reason: last }
    const age = clock.now() - intent.decidedAt
    if (age <= policy.decisionAgeMs) return null
    const reason = `it was decided ${age} ms ago, above ${policy.decisionAgeMs}`
    return { state: 'cancelled', reason: last === '' ? reason : `${reason}; ${last}` }
  }

  private async prepare(intent: SwapIntent, number: number, tries: Tries): Promise<void> {
    const { journal, clock, policy, notice } = this.parts
    const reply = await prepareSwap(intent, number, this.parts, this.since)
    if (reply.kind === 'answered') {
      // Kept before its first byte is sent.
      if (await journal.prepare(reply.value)) {
        const { signature } = reply.value
        notice({ kind: 'prepared', order: intent.order, text: signature })
        return
      }
      tries.last = 'another swap of the wallet is under way'
    } else tries.last = reply.reason
    tries.failures += 1
    if (reply.kind === 'failed' && !reply.isPassing) tries.failures = Infinity
    notice({ kind: 'trying', order: intent.order, text: tries.last })
    if (tries.failures >= policy.triesMax) return
    const wait = policy.pollMs * 2 ** Math.min(tries.failures, BACKOFF_MAX) * (0.5 + clock.random())
    await clock.sleep(Math.max(wait, reply.kind === 'failed' ? reply.waitMs : 0))
  }

  private endOf({ state, reason, fills, attempts }: JournalledIntent): SwapEnd {
    for (const { slot } of fills) this.since = Math.max(this.since, slot)
    const burnt = attempts.reduce((sum, attempt) => sum + attempt.burnt, 0n)
    return { state: state as SwapEnd['state'], reason: reason ?? '', fills, burnt }
  }
}
