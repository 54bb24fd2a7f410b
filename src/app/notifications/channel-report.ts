import type { ChannelState, ChannelStates } from '../../core/ports/trading/channels.js'

const REPORT_MS = 5_000

/**
 * Notes how the channels of a session fare, so that somebody elsewhere sees whether people are told. It
 * never holds up the session: what cannot be noted is noted with the next.
 */
export class ChannelReport {
  private readonly sessionId: string
  private readonly read: () => readonly ChannelState[]
  private readonly open: () => Promise<ChannelStates>
  private readonly timer: NodeJS.Timeout
  private noted = ''
  private work: Promise<void> = Promise.resolve()

  /** @param read how the channels fare now */
  constructor(
    sessionId: string,
    read: () => readonly ChannelState[],
    open: () => Promise<ChannelStates>,
  ) {
    this.sessionId = sessionId
    this.read = read
    this.open = open
    this.timer = setInterval(() => void this.note(), REPORT_MS)
    void this.note()
  }

  /** Notes them where something has changed. */
  note(): Promise<void> {
    this.work = this.work.then(async () => {
      const states = this.read()
      const text = JSON.stringify(states)
      if (text === this.noted) return
      await (await this.open()).report(this.sessionId, states)
      this.noted = text
    })
    this.work = this.work.catch(() => undefined)
    return this.work
  }

  /** Notes them for the last time. */
  async end(): Promise<void> {
    clearInterval(this.timer)
    await this.note()
  }
}
