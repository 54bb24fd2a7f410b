import { baseUnits } from '../../src/core/account/money.js'
import { broken } from '../../src/core/assert.js'
import type {
  AttemptKey,
  IntentState,
  JournalledIntent,
  SwapAttempt,
  SwapFill,
  SwapIntent,
  SwapJournal,
} from '../../src/core/ports/trading/journal.js'
import {
  canEnd,
  canMove,
  isOpenAttempt,
  isSameIntent,
  isStanding,
} from '../../src/core/ports/trading/journal-rules.js'

interface Kept {
  intent: SwapIntent
  state: IntentState
  reason: string | null
  attempts: SwapAttempt[]
  fills: SwapFill[]
}

/** A journal that lives as long as its object, for simulations: what a crash leaves is in it. */
export class MemoryJournal implements SwapJournal {
  private readonly intents = new Map<string, Kept>()

  open(intent: SwapIntent): Promise<void> {
    const known = this.intents.get(intent.order)
    if (known === undefined) {
      const kept: Kept = { intent, state: 'open', reason: null, attempts: [], fills: [] }
      this.intents.set(intent.order, kept)
    } else if (!isSameIntent(known.intent, intent)) {
      return Promise.reject(broken(`order ${intent.order} stands in the journal otherwise`))
    }
    return Promise.resolve()
  }

  prepare(attempt: SwapAttempt): Promise<boolean> {
    const known = this.kept(attempt.order)
    const wallets = [...this.intents.values()].filter(
      ({ intent }) => intent.wallet === known.intent.wallet,
    )
    const isBusy = wallets.some(({ attempts }) => attempts.some(isOpenAttempt))
    const isTaken = known.attempts.some(({ number }) => number === attempt.number)
    if (known.state !== 'open' || isBusy || isTaken || known.attempts.some(isStanding)) {
      return Promise.resolve(false)
    }
    known.attempts.push(attempt)
    return Promise.resolve(true)
  }

  move(
    key: AttemptKey,
    from: SwapAttempt['state'],
    to: 'sent' | 'expired' | 'abandoned' | 'finalized',
    reason: string | null = null,
  ): Promise<boolean> {
    if (!canMove(from, to)) {
      return Promise.reject(broken(`an attempt cannot go from ${from} to ${to}`))
    }
    const known = this.kept(key.order)
    const attempt = known.attempts.find(({ number }) => number === key.number)
    if (attempt?.state !== from) return Promise.resolve(false)
    this.replace(known, { ...attempt, state: to, reason })
    return Promise.resolve(true)
  }

  fail(key: AttemptKey, reason: string, burnt: SwapAttempt['burnt']): Promise<boolean> {
    return Promise.resolve(this.settle(key, { state: 'failed', reason, burnt }))
  }

  fill(fill: SwapFill): Promise<boolean> {
    const isSettled = this.settle(fill, { state: 'confirmed', reason: null, burnt: baseUnits(0n) })
    if (isSettled) this.kept(fill.order).fills.push(fill)
    return Promise.resolve(isSettled)
  }

  end(order: string, state: Exclude<IntentState, 'open'>, reason: string): Promise<void> {
    const known = this.kept(order)
    if (known.state !== 'open') return Promise.resolve()
    if (!canEnd(known.attempts, state)) {
      return Promise.reject(broken(`order ${order} cannot end as ${state}`))
    }
    known.state = state
    known.reason = reason
    return Promise.resolve()
  }

  unfinished(session: string): Promise<readonly JournalledIntent[]> {
    const open = [...this.intents.values()].filter(
      kept => kept.state === 'open' && kept.intent.session === session,
    )
    return Promise.resolve(open.map(shown))
  }

  provisional(session: string): Promise<readonly SwapAttempt[]> {
    const found = [...this.intents.values()]
      .filter(({ intent }) => intent.session === session)
      .flatMap(({ attempts }) => attempts.filter(({ state }) => state === 'confirmed'))
    return Promise.resolve(found)
  }

  find(order: string): Promise<JournalledIntent | undefined> {
    const known = this.intents.get(order)
    return Promise.resolve(known === undefined ? undefined : shown(known))
  }

  ofWallet(wallet: string): Promise<readonly JournalledIntent[]> {
    return Promise.resolve(this.all().filter(({ intent }) => intent.wallet === wallet))
  }

  /** All that it holds. */
  all(): readonly JournalledIntent[] {
    return [...this.intents.values()].map(shown)
  }

  private kept(order: string): Kept {
    const known = this.intents.get(order)
    if (known === undefined) throw broken(`order ${order} is not in the journal`)
    return known
  }

  private settle(
    { order, number }: AttemptKey,
    change: Pick<SwapAttempt, 'state' | 'reason' | 'burnt'>,
  ): boolean {
    const known = this.kept(order)
    const attempt = known.attempts.find(other => other.number === number)
    if (attempt === undefined || !isOpenAttempt(attempt)) return false
    this.replace(known, { ...attempt, ...change })
    return true
  }

  private replace(known: Kept, attempt: SwapAttempt): void {
    known.attempts = known.attempts.map(other =>
      other.number === attempt.number ? attempt : other,
    )
  }
}

function shown({ intent, state, reason, attempts, fills }: Kept): JournalledIntent {
  const standing = new Set(attempts.filter(isStanding).map(({ number }) => number))
  const booked = fills.filter(({ number }) => standing.has(number))
  return { intent, state, reason, attempts: [...attempts], fills: booked }
}
