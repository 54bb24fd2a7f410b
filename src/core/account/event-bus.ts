import type { EventType, TradingEvent } from './events.js'

/** An event with its place in the order of the run. */
export interface NumberedEvent {
  /** From 0, without a gap. */
  readonly seq: number
  /** What happened. */
  readonly event: TradingEvent
}

/** Where events are kept. It takes each of them before any handler sees it. */
export interface EventJournal {
  /** Keeps an event, before any handler sees it. */
  append(numbered: NumberedEvent): void
}

type Handler<T extends EventType> = (event: Extract<TradingEvent, { type: T }>, seq: number) => void

/**
 * The typed event bus: numbers each event, writes it to the journal, then hands it to the handlers
 * of its type in the order in which they subscribed. A handler that throws stops the run: events
 * are never dropped.
 */
export class EventBus {
  private readonly journal: EventJournal
  private readonly handlers = new Map<EventType, Handler<EventType>[]>()
  private seq = 0

  constructor(journal: EventJournal) {
    this.journal = journal
  }

  subscribe<T extends EventType>(type: T, handler: Handler<T>): void {
    const list = this.handlers.get(type) ?? []
    list.push(handler as unknown as Handler<EventType>)
    this.handlers.set(type, list)
  }

  publish(event: TradingEvent): void {
    const seq = this.seq++
    this.journal.append({ seq, event })
    for (const handler of this.handlers.get(event.type) ?? []) handler(event, seq)
  }
}
