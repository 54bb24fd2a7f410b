import type { Message, Urgency } from './notice.js'

/** What goes over a channel in one piece: a message, or a digest of many. */
export interface Parcel {
  /** At least one, oldest first. */
  readonly messages: readonly Message[]
  /** How many were lost before these, for want of room or after too many tries. */
  readonly lost: number
  /** The highest of them. */
  readonly urgency: Urgency
  /** One line. */
  readonly title: string
  /** What a person reads. */
  readonly text: string
}

/** A way to tell people. */
export interface Channel {
  /** As the configuration names it. */
  readonly name: string
  /** Gives a parcel away, or throws: `ChannelRefusal` where trying again is of no use. */
  send(parcel: Parcel, signal: AbortSignal): Promise<void>
  /** Lets go of what it has open. */
  close(): void
}

/** The other side refuses what it was sent, and would again. */
export class ChannelRefusal extends Error {}

/** The other side says when it wants to be asked again. */
export class ChannelBusy extends Error {
  readonly waitMs: number

  constructor(message: string, waitMs: number) {
    super(message)
    this.waitMs = waitMs
  }
}

/** What an HTTP status means for a sender. */
export function refuseStatus(status: number, retryAfter: string | null): void {
  if (status >= 200 && status < 300) return
  if (status === 429 || status === 503) {
    const seconds = Number(retryAfter)
    if (retryAfter !== null && seconds > 0)
      throw new ChannelBusy(`status ${status}`, seconds * 1000)
  }
  const isPassing = status === 408 || status === 425 || status === 429 || status >= 500
  throw isPassing ? new Error(`status ${status}`) : new ChannelRefusal(`status ${status}`)
}
