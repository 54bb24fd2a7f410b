import { html, scriptJson, type Markup } from './html-text.js'
import { pagePolicy } from './page-policy.js'

/** What a page is made of, beside the data of its script. */
export interface PageDocument {
  readonly title: string
  readonly style: string
  /** One classic script; null for a page without. */
  readonly script: string | null
  readonly body: Markup
}

/** A page in the two halves between which the data of its script go. */
export function pageHalves({ title, style, script, body }: PageDocument): {
  readonly head: string
  readonly tail: string
} {
  const meta = html`<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta http-equiv="Content-Security-Policy" content="${pagePolicy(script)}" />
    <title>${title}</title>`
  return {
    head: `<!doctype html>\n<html lang="en">\n<head>\n${meta.markup}\n<style>\n${style}</style>\n</head>\n<body>\n${body.markup}\n`,
    tail: `${script === null ? '' : `<script>${script}</script>\n`}</body></html>\n`,
  }
}

/** What a page hands to its script, as JSON. */
export function payloadBlock(payload: unknown): string {
  return html`<script type="application/json" id="payload">
    ${scriptJson(payload)}
  </script>`.markup
}

/** A page whose data are one block of JSON, or that has none. */
export function pageText(page: PageDocument, payload?: unknown): string {
  const { head, tail } = pageHalves(page)
  return `${head}${payload === undefined ? '' : `${payloadBlock(payload)}\n`}${tail}`
}
