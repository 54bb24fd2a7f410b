import { html, type Markup } from '../page/html-text.js'
import { factList } from '../page/page-blocks.js'

/** What a page says of the session that it is of. */
export interface SessionFacts {
  /** Whose fills they are, in one sentence. */
  readonly lead: string
  /** Whether its fills are those of a venue, and not simulated. */
  readonly isVenue: boolean
  readonly facts: readonly (readonly [name: string, text: string])[]
  /** What happened beside its trading, the first first. */
  readonly events: readonly string[]
  /** How many more there were than are listed. */
  readonly more: number
}

/** The session that a page is of; null for the page of a run. */
export function sessionSection(session: SessionFacts | null): Markup | null {
  if (session === null) return null
  const { lead, facts, events, more } = session
  return html`<section class="session">
    <h2>Session</h2>
    <p>${lead}</p>
    ${factList(facts)} ${events.length === 0 ? null : eventList(events, more)}
  </section>`
}

function eventList(events: readonly string[], more: number): Markup {
  return html`<h3>Events of note</h3>
    <ul class="events">
      ${events.map(text => html`<li>${text}</li>`)}
      ${more > 0 ? html`<li>and ${more} more</li>` : null}
    </ul>`
}
