import { subscribe, unsubscribe } from 'node:diagnostics_channel'

/** A request that nobody answers holds time up no longer: somebody is to give it up. */
const LONGEST_MS = 500

/** The HTTP requests that this process has sent and that are not answered yet, whoever sent them. */
export class RequestsUnderWay {
  private readonly since = new Map<unknown, number>()
  private readonly begin = (message: unknown): void => {
    this.since.set((message as { request: unknown }).request, performance.now())
  }
  private readonly end = (message: unknown): void => {
    this.since.delete((message as { request: unknown }).request)
  }

  constructor() {
    subscribe('undici:request:create', this.begin)
    for (const name of ENDS) subscribe(name, this.end)
  }

  /** Whether one was sent a moment ago and has no answer. */
  isBusy(): boolean {
    const now = performance.now()
    for (const since of this.since.values()) if (now - since < LONGEST_MS) return true
    return false
  }

  /** Hears of no more of them. */
  close(): void {
    unsubscribe('undici:request:create', this.begin)
    for (const name of ENDS) unsubscribe(name, this.end)
  }
}

const ENDS = ['undici:request:trailers', 'undici:request:error'] as const
