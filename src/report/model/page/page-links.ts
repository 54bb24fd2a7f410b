import { html, type Markup } from './html-text.js'

/** A page in the same folder. */
export interface PageLink {
  /** Name of its file. */
  readonly file: string
  /** What it is. */
  readonly label: string
}

const FRAME = /<nav id="beside".*?<\/nav>/s

/** The pages beside this one, in a frame that stands there without links too, so that some can follow. */
export function linkBlock(links: readonly PageLink[]): Markup {
  return html`<nav id="beside" aria-label="Pages beside this one" ${links.length === 0 && 'hidden'}>
    ${links.map(({ file, label }) => html`<a href="${encodeURIComponent(file)}">${label}</a> `)}
  </nav>`
}

/** The links of a page that was written before; null where it has no frame for them. */
export function linksIn(page: string): readonly PageLink[] | null {
  const frame = FRAME.exec(page)
  if (frame === null) return null
  return [...frame[0].matchAll(/<a href="([^"]*)">([^<]*)<\/a>/g)].map(([, file, label]) => ({
    file: decodeURIComponent(file!),
    label: label!,
  }))
}

/** The page with other links; the same where it has no frame for them. */
export function relinked(page: string, links: readonly PageLink[]): string {
  return page.replace(FRAME, () => linkBlock(links).markup)
}
