import { createHash } from 'node:crypto'
import { canonicalJson, snakeKeys } from '../../../core/canonical.js'
import type { EventJournal, NumberedEvent } from '../../../core/account/event-bus.js'
import type { TradingEvent } from '../../../core/account/events.js'
import type { EventRecord } from '../../../core/ports/research/events.js'

/** Events that one link of the hash chain covers. */
const LINK_EVERY = 256

/** The events of a run in order, and the hash chain that shows when one of them was changed. */
export class EventLog implements EventJournal {
  private readonly numbered: NumberedEvent[] = []

  append(numbered: NumberedEvent): void {
    this.numbered.push(numbered)
  }

  get events(): readonly TradingEvent[] {
    return this.numbered.map(({ event }) => event)
  }

  /** As stored: each batch of events carries the hash that links it to the one before. */
  records(): EventRecord[] {
    const records = this.numbered.map(recordOf)
    let link = ''
    for (let since = 0; since < records.length; since += LINK_EVERY) {
      const batch = records.slice(since, since + LINK_EVERY)
      link = linkHash(link, batch)
      const last = since + batch.length - 1
      records[last] = { ...records[last]!, linkHash: link }
    }
    return records
  }
}

/** SHA-256 over the link before and the canonical JSON of each event since. */
export function linkHash(before: string, batch: readonly EventRecord[]): string {
  const hash = createHash('sha256').update(before)
  for (const { seq, time, type, payload } of batch) {
    hash.update('\n').update(canonicalJson({ seq, time, type, payload }))
  }
  return hash.digest('hex')
}

/** Position of the first event that the chain does not vouch for, or null where all is as written. */
export function firstBrokenLink(records: readonly EventRecord[]): number | null {
  let before = ''
  let since = 0
  for (let k = 0; k < records.length; k++) {
    if (records[k]!.seq !== k) return k
    if (records[k]!.linkHash === null) continue
    if (linkHash(before, records.slice(since, k + 1)) !== records[k]!.linkHash) return since
    before = records[k]!.linkHash!
    since = k + 1
  }
  return since === records.length ? null : since
}

function recordOf({ seq, event }: NumberedEvent): EventRecord {
  const { type, time, ...payload } = event
  return { seq, time, type, payload: snakeKeys(payload), linkHash: null }
}
