import { html, withMinus, type Markup } from './html-text.js'

/** What stands at the top of a page. */
export interface PageTop {
  readonly title: string
  /** What it is about, in a quieter type. */
  readonly on: string
  readonly badge: string | null
  /** Short facts in a row under the title. */
  readonly facts: readonly Markup[]
}

/** Title, what the page is about, and the theme switch. */
export function pageHeader({ title, on, badge, facts }: PageTop): Markup {
  return html`<header class="top">
    <div>
      <h1>
        ${title}
        <span class="on">${on}</span> ${badge !== null && html`<span class="badge">${badge}</span>`}
      </h1>
      <p class="under">${facts.map(fact => html`<span>${fact}</span>`)}</p>
    </div>
    <button type="button" id="theme" class="quiet" title="Colours: as the system, light, dark">
      Theme
    </button>
  </header>`
}

/** Sentences that a reader must see before any number. */
export function noticeSection(title: string, sentences: readonly string[]): Markup | null {
  if (sentences.length === 0) return null
  return html`<section class="warnings" aria-label="Warnings">
    <h2>${title}</h2>
    <ul>
      ${sentences.map(sentence => html`<li>${sentence}</li>`)}
    </ul>
  </section>`
}

/** One of the numbers that decide whether to read on. */
export function headlineFigure(
  label: string,
  value: string,
  note: string,
  tone: '' | 'gain' | 'loss' = '',
): Markup {
  return html`<div>
    <dt>${label}</dt>
    <dd class="${tone}">${withMinus(value)}</dd>
    <dd class="note">${withMinus(note)}</dd>
  </div>`
}

/** Names and texts, one under the other. */
export function factList(facts: readonly (readonly [name: string, text: string])[]): Markup {
  return html`<dl class="manifest">
    ${facts.map(
      ([name, text]) =>
        html`<dt>${name}</dt>
          <dd><code>${text}</code></dd>`,
    )}
  </dl>`
}

/** The class of a number that may be a gain or a loss. */
export function toneOf(value: number | null): '' | 'gain' | 'loss' {
  if (value === null || value === 0) return ''
  return value > 0 ? 'gain' : 'loss'
}
