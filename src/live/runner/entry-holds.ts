/** Holds by feeds that bring nothing are named so. */
const FEED_HOLD = 'feed '

/** What holds entries back though nobody has paused them, by name, with its reason. */
export class EntryHolds {
  private readonly held = new Map<string, string>()

  /** @returns whether it was otherwise before */
  set(name: string, isOn: boolean, reason: string): boolean {
    if (isOn === this.held.has(name)) return false
    if (isOn) this.held.set(name, reason)
    else this.held.delete(name)
    return true
  }

  get hasAny(): boolean {
    return this.held.size > 0
  }

  get reasons(): readonly string[] {
    return [...this.held.values()]
  }

  /** Whether a feed has brought nothing for too long. */
  get isStale(): boolean {
    return [...this.held.keys()].some(name => name.startsWith(FEED_HOLD))
  }
}

/** Name of the hold by a feed. */
export function feedHold(market: string): string {
  return FEED_HOLD + market
}
