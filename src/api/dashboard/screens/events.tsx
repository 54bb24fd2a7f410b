import { useState } from 'preact/hooks'
import { EventList } from '../parts/event-list.js'
import { Panel } from '../parts/words.js'
import { events, isStreaming } from '../state/live.js'

/** All that happens, as it comes. */
export function Events() {
  const [filter, setFilter] = useState('')
  const wanted = filter.trim().toLowerCase()
  const shown = events.value.filter(
    ({ type, text, session_id: id }) =>
      wanted === '' || `${type} ${text ?? ''} ${id}`.toLowerCase().includes(wanted),
  )
  return (
    <Panel
      title="Events"
      aside={<small>{isStreaming.value ? 'as they come' : 'not connected: it tries again'}</small>}
    >
      <label class="choice">
        Filter
        <input
          id="filter"
          type="search"
          value={filter}
          placeholder="a word, a type, a session"
          onInput={event => setFilter(event.currentTarget.value)}
        />
      </label>
      <EventList items={shown} />
    </Panel>
  )
}
