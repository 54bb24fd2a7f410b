import { plural } from '../../../core/number-format.js'
import { html, withMinus, type Markup } from '../page/html-text.js'
import type { Remark, Severity } from '../../../backtest/diagnosis/remark.js'

/** What speaks against a result, or has to be known before it is read. */
export interface Doubts {
  /** Sentences a reader must see. */
  readonly warnings: readonly string[]
  /** What the warnings do not say yet, gravest first. */
  readonly remarks: readonly Remark[]
}

/** A sentence under its severity. */
type Doubt = Pick<Remark, 'severity' | 'text'>

const SEVERITIES: readonly Severity[] = ['serious', 'warning', 'note']

/** All that speaks against a result, gravest first. */
function doubtsOf({ warnings, remarks }: Doubts): readonly Doubt[] {
  const said = warnings.map((text): Doubt => ({ severity: 'warning', text }))
  const all = [...said, ...remarks]
  return SEVERITIES.flatMap(severity => all.filter(one => one.severity === severity))
}

/** What a reader must know before any number, the gravest first; null where there is nothing. */
export function diagnosisSection(doubts: Doubts): Markup | null {
  const all = doubtsOf(doubts)
  if (all.length === 0) return null
  return html`<section class="warnings" aria-label="Diagnosis">
    <h2>Diagnosis <span class="passed">${countText(all)}</span></h2>
    <ul class="doubts">
      ${all.map(
        ({ severity, text }) =>
          html`<li>
            <b class="severity ${severity}">${severity}</b> <span>${withMinus(text)}</span>
          </li>`,
      )}
    </ul>
  </section>`
}

/** `1 serious, 2 warnings`. */
function countText(doubts: readonly Doubt[]): string {
  return SEVERITIES.flatMap(severity => {
    const count = doubts.filter(one => one.severity === severity).length
    if (count === 0) return []
    return [`${count} ${severity === 'serious' ? severity : plural(count, severity)}`]
  }).join(', ')
}
