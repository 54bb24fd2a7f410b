import type { JournalledIntent, SwapAttempt, SwapFill } from '../../core/ports/trading/journal.js'
import { isAbsent, mostKnown } from './absence.js'
import { fillOfLanded } from './settlement.js'
import type { SwapParts } from './swap-parts.js'

/** A fill that was booked and that the chain has taken back, or tells otherwise: somebody must look. */
export interface Reversal {
  readonly order: string
  readonly text: string
}

/**
 * Looks at fills that are booked and not yet final. One that has become final is compared once more with
 * what was booked; one that has gone is sent again while its bytes are good. The books are left as they
 * are: whoever looks into it takes a fill out that is gone for good.
 */
export async function settleFinally(
  session: string,
  parts: SwapParts,
): Promise<readonly Reversal[]> {
  const reversals: Reversal[] = []
  for (const attempt of await parts.journal.provisional(session)) {
    const text = await look(attempt, parts)
    if (text === null) continue
    reversals.push({ order: attempt.order, text })
    parts.notice({ kind: 'reversed', order: attempt.order, text })
  }
  return reversals
}

/** @returns what is wrong with a fill; null where it is final, or may still become so */
async function look(attempt: SwapAttempt, parts: SwapParts): Promise<string | null> {
  const seen = await parts.chain.statuses(attempt.signature)
  if (seen.length === 0) return null
  const found = mostKnown(seen)
  if (found?.commitment === 'finalized') return finish(attempt, parts)
  return found === null ? lost(attempt, parts) : null
}

async function finish(attempt: SwapAttempt, parts: SwapParts): Promise<string | null> {
  const reply = await parts.chain.transaction(attempt.signature, 'finalized')
  if (reply.kind === 'failed') return null
  const known = (await parts.journal.find(attempt.order))!
  const booked = known.fills.find(({ number }) => number === attempt.number)!
  const { error } = reply.value
  const told = error === null ? fillOfLanded(known.intent, attempt, reply.value, booked.time) : null
  if (told === null || !isSame(told, booked)) return difference(known, booked)
  await parts.journal.move(attempt, 'confirmed', 'finalized')
  parts.notice({ kind: 'final', order: attempt.order, text: attempt.signature })
  return null
}

/** Not in any block any more. It is not gone before its last height has passed for good. */
async function lost(attempt: SwapAttempt, parts: SwapParts): Promise<string | null> {
  const tip = await parts.chain.tip('finalized')
  if (tip.kind === 'failed') return null
  if (tip.value.height <= attempt.lastValidHeight) {
    await parts.chain.send(new Uint8Array(Buffer.from(attempt.bytes, 'base64')))
    return null
  }
  const seen = await parts.chain.statuses(attempt.signature)
  if (!isAbsent(seen, tip.value.slot, parts.chain)) return null
  return `the chain has taken a confirmed transaction back: ${attempt.signature}`
}

function isSame(a: SwapFill, b: SwapFill): boolean {
  return a.given === b.given && a.taken === b.taken && a.fee === b.fee && a.rent === b.rent
}

function difference({ intent }: JournalledIntent, { signature }: SwapFill): string {
  return `the chain tells the fill of ${intent.order} otherwise than it is booked: ${signature}`
}
