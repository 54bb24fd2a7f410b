import { html, type Markup } from './html-text.js'

/** A page in the same folder. */
export interface PageLink {
  /** Name of its file. */
  readonly file: string
  /** What it is. */
  readonly label: string
}

/** What a page knows of the pages in its folder. */
export interface Beside {
  /** Strategy, market and timeframe, by which pages of one kind of question find each other. */
  readonly about: string
  readonly links: readonly PageLink[]
}

export const NOTHING_BESIDE: Beside = { about: '', links: [] }

const FRAME = /<nav\s+id="beside"\s+data-about="([^"]*)".*?<\/nav>/s

/** The pages beside this one, in a frame that stands there without links too, so that some can follow. */
export function besideBlock({ about, links }: Beside): Markup {
  return html`<nav
    id="beside"
    data-about="${encodeURIComponent(about)}"
    aria-label="Pages beside this one"
    ${links.length === 0 && 'hidden'}
  >
    ${links.map(({ file, label }) => html`<a href="${encodeURIComponent(file)}">${label}</a> `)}
  </nav>`
}

/** What a page, or its beginning, says of the pages beside it; null where it has no frame for them. */
export function besideIn(page: string): Beside | null {
  const frame = FRAME.exec(page)
  if (frame === null) return null
  const links = [...frame[0].matchAll(/<a href="([^"]*)">([^<]*)<\/a>/g)].map(
    ([, file, label]): PageLink => ({ file: decodeURIComponent(file!), label: label! }),
  )
  return { about: decodeURIComponent(frame[1]!), links }
}

/** The page with other links; the same where it has no frame for them. */
export function relinked(page: string, beside: Beside): string {
  return page.replace(FRAME, () => besideBlock(beside).markup)
}
