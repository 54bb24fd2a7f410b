import type { StoredEvent } from '../state/resources.js'
import { Nothing, Time } from './words.js'

/** Events, the newest first. */
export function EventList({ items }: { readonly items: readonly StoredEvent[] }) {
  if (items.length === 0) return <Nothing what="Nothing has happened yet." />
  return (
    <div role="log" aria-live="off" aria-label="Events, newest first">
      <ol class="events">
        {items.map(({ seq, time, type, text }) => (
          <li key={seq} class={isBad(type) ? 'bad' : ''}>
            <Time at={time} /> <span>{text ?? type}</span>
          </li>
        ))}
      </ol>
    </div>
  )
}

function isBad(type: string): boolean {
  return ['error', 'risk.breached', 'feed.stale', 'settings.refused', 'entries.held'].includes(type)
}
