import type { ChannelState } from '../../core/ports/trading/channels.js'
import { type Channel, ChannelBusy, ChannelRefusal } from './channel.js'
import { parcelOf } from './digest.js'
import type { Message } from './notice.js'

export interface QueueLimits {
  /** Messages that wait; the oldest of the least urgent goes when one more comes. */
  readonly waitingMax: number
  /** How often one parcel is tried. */
  readonly triesMax: number
  /** The pause before the second try; each later one is twice as long. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  /** How long one try may take. */
  readonly tryMs: number
}

export const QUEUE_LIMITS: QueueLimits = {
  waitingMax: 500,
  triesMax: 12,
  firstPauseMs: 1_000,
  longestPauseMs: 300_000,
  tryMs: 15_000,
}

/** So many are sent one by one; more become a digest. */
const SINGLE_MAX = 3

type Fared = Pick<ChannelState, 'sent' | 'failed' | 'sentAt' | 'failedAt' | 'problem'>

/**
 * What waits for one channel. It takes messages at once, whatever the channel does, and gives them away
 * in its own time: one after the other, or all that piled up as one.
 */
export class OutboundQueue {
  private readonly channel: Channel
  private readonly limits: QueueLimits
  private readonly onProblem: (text: string) => void
  private readonly now: () => number
  private waiting: Message[] = []
  private lost = 0
  private fared: Fared = { sent: 0, failed: 0, sentAt: null, failedAt: null, problem: null }
  private work: Promise<void> | undefined
  private isEnded = false
  /** Breaks off what goes on: a try, or a pause. */
  private breakOff: () => void = () => undefined

  constructor(
    channel: Channel,
    limits: QueueLimits,
    onProblem: (text: string) => void,
    now: () => number = Date.now,
  ) {
    this.channel = channel
    this.limits = limits
    this.onProblem = onProblem
    this.now = now
  }

  /** How it fares. */
  get state(): Fared & { readonly waiting: number } {
    return { ...this.fared, waiting: this.waiting.length }
  }

  /** Never waits and never throws. */
  add(message: Message): void {
    if (this.isEnded) return
    this.waiting.push(message)
    if (this.waiting.length > this.limits.waitingMax) this.dropOne()
    this.work ??= this.run()
  }

  /** Waits until all is sent or given up, at most so long; then nothing is sent any more. */
  async close(withinMs: number): Promise<void> {
    const timer = setTimeout(() => this.end(), withinMs)
    await this.work
    clearTimeout(timer)
    this.end()
    if (this.waiting.length > 0) this.tell(`${this.waiting.length} messages were not sent`)
    this.channel.close()
  }

  private dropOne(): void {
    const place = ['info', 'warning', 'alarm']
      .map(urgency => this.waiting.findIndex(one => one.urgency === urgency))
      .find(found => found >= 0)
    this.waiting.splice(place ?? 0, 1)
    this.lost++
    this.fared = { ...this.fared, failed: this.fared.failed + 1 }
  }

  private async run(): Promise<void> {
    // A caller is answered before anything is done.
    await Promise.resolve()
    while (this.waiting.length > 0 && !this.isEnded) await this.sendNext()
    this.work = undefined
  }

  /** What comes while a parcel is tried again joins it: one digest when the channel is back. */
  private async sendNext(): Promise<void> {
    const { triesMax, firstPauseMs, longestPauseMs } = this.limits
    let pauseMs = firstPauseMs
    for (let tries = 1; ; tries++) {
      const count = this.waiting.length > SINGLE_MAX || tries > 1 ? this.waiting.length : 1
      const taken = this.waiting.slice(0, count)
      const lost = this.lost
      const problem = await this.tryOnce(taken, lost)
      if (this.isEnded && problem !== undefined) return
      this.note(taken.length, problem)
      if (problem === undefined) {
        this.settle(taken, lost)
        return
      }
      if (problem instanceof ChannelRefusal || tries >= triesMax) {
        this.tell(`${taken.length} messages are given up after ${tries} tries: ${problem.message}`)
        this.settle(taken, 0)
        this.lost += taken.length
        this.fared = { ...this.fared, failed: this.fared.failed + taken.length }
        return
      }
      if (tries === 1) this.tell(`is not reached, and tried again: ${problem.message}`)
      const asked = problem instanceof ChannelBusy ? problem.waitMs : 0
      await this.pause(Math.min(Math.max(pauseMs, asked), longestPauseMs))
      pauseMs *= 2
    }
  }

  private note(count: number, problem: Error | undefined): void {
    const { fared } = this
    this.fared =
      problem === undefined
        ? { ...fared, sent: fared.sent + count, sentAt: this.now(), problem: null }
        : { ...fared, failedAt: this.now(), problem: problem.message }
  }

  /** Some of what was taken may have been dropped meanwhile, for want of room. */
  private settle(taken: readonly Message[], told: number): void {
    const gone = new Set(taken)
    this.waiting = this.waiting.filter(message => !gone.has(message))
    this.lost = Math.max(0, this.lost - told)
  }

  /** A channel that does not listen to its signal holds up nobody either. */
  private async tryOnce(taken: readonly Message[], lost: number): Promise<Error | undefined> {
    const { tryMs } = this.limits
    const controller = new AbortController()
    let timer: NodeJS.Timeout | undefined
    const ended = new Promise<never>((_, fail) => {
      const end = (reason: string): void => {
        controller.abort()
        fail(new Error(reason))
      }
      this.breakOff = () => end('stopped')
      timer = setTimeout(() => end(`no answer within ${tryMs} ms`), tryMs)
    })
    try {
      await Promise.race([this.channel.send(parcelOf(taken, lost), controller.signal), ended])
      return undefined
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    } finally {
      clearTimeout(timer)
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise(done => {
      const timer = setTimeout(done, ms)
      this.breakOff = () => {
        clearTimeout(timer)
        done()
      }
    })
  }

  private end(): void {
    this.isEnded = true
    this.breakOff()
  }

  private tell(text: string): void {
    this.onProblem(`notifications to "${this.channel.name}": ${text}`)
  }
}
