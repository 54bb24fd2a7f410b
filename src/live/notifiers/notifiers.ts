import type { ChannelState } from '../../core/ports/trading/channels.js'
import type { Channel } from './channel.js'
import { parcelOf } from './digest.js'
import { messageOf, type Message, type Notice } from './notice.js'
import {
  channelOf,
  isMeant,
  type ChannelWorld,
  type NotifierSettings,
} from './notifier-settings.js'
import { OutboundQueue, QUEUE_LIMITS, type QueueLimits } from './outbound-queue.js'

/** What a channel made of a test message. */
export interface ChannelTest {
  readonly channel: string
  readonly type: string
  readonly ok: boolean
  /** Why it failed; null where it has not. */
  readonly reason: string | null
}

/** Tells people of events, beside the program and never before it. */
export interface Notifiers {
  /**
   * Takes an event that is stored. It returns at once and never throws, whatever becomes of the channels.
   */
  notify(event: Notice): void
  /** How the channels fare, by their name in the configuration. */
  states(): readonly ChannelState[]
  /** Waits until what waits is sent, at most so long, and ends. */
  close(withinMs?: number): Promise<void>
}

const CLOSE_MS = 5_000

/**
 * Makes the channels of a configuration, each with a queue of its own.
 * @throws AppError INVALID_CONFIG where a secret is not set
 */
export function createNotifiers(
  { channels, kinds }: NotifierSettings,
  world: ChannelWorld,
  limits: QueueLimits = QUEUE_LIMITS,
): Notifiers {
  const queues = new Map<string, OutboundQueue>()
  for (const [name, found] of Object.entries(channels))
    queues.set(name, new OutboundQueue(channelOf(name, found, world), limits, world.log))
  const meant = (kind: string): ReadonlySet<string> =>
    new Set(
      Object.entries(kinds).flatMap(([pattern, names]) => (isMeant(pattern, kind) ? names : [])),
    )
  return {
    notify: event => {
      try {
        const names = meant(event.kind)
        if (names.size === 0) return
        const message = messageOf(event)
        for (const name of names) queues.get(name)?.add(message)
      } catch (error) {
        world.log(`an event cannot be told of: ${String(error)}`)
      }
    },
    states: () =>
      [...queues].map(([name, queue]) => ({
        channel: name,
        type: channels[name]!.type,
        kinds: Object.keys(kinds).filter(pattern => kinds[pattern]!.includes(name)),
        ...queue.state,
      })),
    close: async (withinMs = CLOSE_MS) => {
      await Promise.all([...queues.values()].map(queue => queue.close(withinMs)))
    },
  }
}

/** Sends a test message over every channel at once, each tried once. */
export function testChannels(
  { channels }: NotifierSettings,
  world: ChannelWorld,
  now: number,
  tryMs: number = QUEUE_LIMITS.tryMs,
): Promise<readonly ChannelTest[]> {
  return Promise.all(
    Object.entries(channels).map(async ([name, found]) => {
      const { type } = found
      try {
        const channel = channelOf(name, found, world)
        await sendOnce(channel, testMessage(now), tryMs)
        return { channel: name, type, ok: true, reason: null }
      } catch (error) {
        return { channel: name, type, ok: false, reason: (error as Error).message }
      }
    }),
  )
}

async function sendOnce(channel: Channel, message: Message, tryMs: number): Promise<void> {
  const signal = AbortSignal.timeout(tryMs)
  const late = new Promise<never>((_, fail) => {
    signal.addEventListener('abort', () => fail(new Error(`no answer within ${tryMs} ms`)))
  })
  try {
    await Promise.race([channel.send(parcelOf([message], 0), signal), late])
  } finally {
    channel.close()
  }
}

function testMessage(now: number): Message {
  return {
    notice: { seq: 0, time: now, session: 'test', kind: 'test', payload: {} },
    urgency: 'info',
    what: 'This is a test: messages of this kind arrive here.',
    todo: 'Nothing to do.',
  }
}
