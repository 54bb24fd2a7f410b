import type { Millis } from '../../core/candles/time.js'
import type { Clock } from '../../core/ports/clock.js'
import type { SessionRepository } from '../../core/ports/trading/sessions.js'
import { isAway } from '../away.js'

/** A time in which the database could not be used, and why. */
export interface StoreAbsence {
  readonly since: Millis
  readonly until: Millis
  readonly reason: string
}

/** Told when the database goes away, and with null when it is back. It must not throw. */
export type AwayWatch = (reason: string | null) => void

interface Patience {
  readonly clock: Clock
  /** Ends all patience: what the database says then is thrown. */
  readonly signal: AbortSignal
  readonly onAway: AwayWatch
}

const RETRY_MS = 1000

/**
 * What a runner asks of its store, asked again until it answers. While it does not, the runner waits:
 * nothing is decided, and no order leaves, because none could be written down before. A commit of
 * which nobody heard whether it was stored is given again as it is, and stands once.
 */
export class PatientStore {
  private readonly store: SessionRepository
  private readonly patience: Patience
  private away: { readonly since: Millis; readonly reason: string } | null = null
  private over: StoreAbsence[] = []

  constructor(store: SessionRepository, patience: Patience) {
    this.store = store
    this.patience = patience
  }

  readonly commit: SessionRepository['commit'] = (...said) =>
    this.ask(() => this.store.commit(...said))
  readonly end: SessionRepository['end'] = (...said) => this.ask(() => this.store.end(...said))
  readonly beat: SessionRepository['beat'] = (...said) => this.ask(() => this.store.beat(...said))
  readonly find: SessionRepository['find'] = id => this.ask(() => this.store.find(id))
  readonly waiting: SessionRepository['waiting'] = id => this.ask(() => this.store.waiting(id))

  /** Absences that have ended since this was asked last. */
  absences(): readonly StoreAbsence[] {
    return this.over.splice(0)
  }

  private async ask<T>(work: () => Promise<T>): Promise<T> {
    const { clock, signal } = this.patience
    const since = clock.now()
    for (;;) {
      try {
        const answer = await work()
        this.noteBack()
        return answer
      } catch (error) {
        if (!isAway(error)) throw error
        this.noteAway(since, error.message)
        if (signal.aborted) throw error
        await clock.sleep(RETRY_MS, signal)
      }
    }
  }

  private noteAway(since: Millis, reason: string): void {
    if (this.away !== null) return
    this.away = { since, reason }
    this.patience.onAway(reason)
  }

  private noteBack(): void {
    if (this.away === null) return
    this.over.push({ ...this.away, until: this.patience.clock.now() })
    this.away = null
    this.patience.onAway(null)
  }
}
