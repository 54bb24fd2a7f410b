/** HTML that has been escaped already, or was written here. */
export interface Markup {
  readonly markup: string
}

type Part = Markup | string | number | null | false | readonly Part[]

/** HTML from a template: everything put into it is escaped, unless it is Markup itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let markup = texts[0]!
  parts.forEach((part, k) => (markup += render(part) + texts[k + 1]!))
  return { markup }
}

/** Text that is safe in content and in quoted attributes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => ESCAPES[character]!)
}

/** JSON that can stand in a script element: no `<` can end it or open a comment. */
export function scriptJson(value: unknown): Markup {
  return { markup: JSON.stringify(value).replace(/</g, '\\u003c') }
}

/** Minus signs of the width of digits, for numbers in a page. */
export function withMinus(text: string): string {
  return text.replace(/(?<![\w.])-(?=[\d.])/g, '−')
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function render(part: Part): string {
  if (part === null || part === false) return ''
  if (typeof part === 'string') return escapeHtml(part)
  if (typeof part === 'number') return String(part)
  return 'markup' in part ? part.markup : part.map(render).join('')
}
