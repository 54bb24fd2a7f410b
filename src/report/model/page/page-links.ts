import { html, type Markup } from './html-text.js'

/** A page in the same folder. */
export interface PageLink {
  /** Name of its file. */
  readonly file: string
  /** What it is. */
  readonly label: string
}

const BEGIN = '<!-- pages beside this one -->'
const END = '<!-- end of pages beside this one -->'

/** The pages beside this one, in a frame that `relinked` finds again: it stands there without links too. */
export function linkBlock(links: readonly PageLink[]): Markup {
  const list =
    links.length > 0 &&
    html`<nav class="beside" aria-label="Pages beside this one">
      ${links.map(({ file, label }) => html`<a href="${encodeURIComponent(file)}">${label}</a> `)}
    </nav>`
  return { markup: `${BEGIN}${html`${list}`.markup}${END}` }
}

/** The links of a page that was written before; null where it is no page with such a frame. */
export function linksIn(page: string): readonly PageLink[] | null {
  const frame = frameOf(page)
  if (frame === null) return null
  const text = page.slice(frame.from, frame.to)
  return [...text.matchAll(/<a href="([^"]*)">([^<]*)<\/a>/g)].map(([, file, label]) => ({
    file: decodeURIComponent(file!),
    label: label!,
  }))
}

/** The page with other links; null where it has no frame for them. */
export function relinked(page: string, links: readonly PageLink[]): string | null {
  const frame = frameOf(page)
  if (frame === null) return null
  return page.slice(0, frame.from) + linkBlock(links).markup + page.slice(frame.to)
}

function frameOf(page: string): { readonly from: number; readonly to: number } | null {
  const from = page.indexOf(BEGIN)
  const end = page.indexOf(END, from)
  return from < 0 || end < 0 ? null : { from, to: end + END.length }
}
