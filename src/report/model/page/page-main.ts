import { html, type Markup } from './html-text.js'
import { besideBlock, type Beside } from './page-links.js'

/** Headings from which on a page has a table of contents. */
const LONG = 4

/** The main part of a page: its top, the pages beside it, its contents where it is long, and the rest. */
export function pageMain(sections: readonly (Markup | null)[], beside: Beside): Markup {
  const [top, ...rest] = sections.filter(section => section !== null)
  const entries: Entry[] = []
  const anchored = rest.map(section => withAnchors(section, entries))
  return html`<main>
    ${top ?? null} ${besideBlock(beside)} ${entries.length >= LONG && contents(entries)} ${anchored}
  </main>`
}

interface Entry {
  readonly id: string
  readonly title: string
}

/** The section with an anchor at each of its main headings, which are added to the entries. */
function withAnchors({ markup }: Markup, entries: Entry[]): Markup {
  return {
    markup: markup.replace(/<h2>([^<]+)/g, (_, text: string) => {
      const id = `at-${entries.length + 1}`
      entries.push({ id, title: text.trim() })
      return `<h2 id="${id}">${text}`
    }),
  }
}

/** Links to the headings, which keyboards reach too. */
function contents(entries: readonly Entry[]): Markup {
  return html`<nav class="contents" aria-label="On this page">
    ${entries.map(({ id, title }) => html`<a href="#${id}">${{ markup: title }}</a> `)}
  </nav>`
}
