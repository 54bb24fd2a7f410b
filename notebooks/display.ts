import type { DataFrame } from 'danfojs-node'

/** What a kernel shows: one value in several formats, of which it takes the richest. */
export type MimeBundle = Readonly<Record<string, string>>

/** The name under which Deno's kernel asks a value for its formats; others may too. */
export const DISPLAY: unique symbol = Symbol.for('Jupyter.display') as never

/** A value that a kernel shows richly. */
export interface Displayed {
  [DISPLAY](): MimeBundle
}

type Hook = (bundle: MimeBundle) => void

interface Jupyter {
  display(value: MimeBundle, options: { raw: true }): Promise<void>
}

/** Under this name scripts/run-notebooks.ts takes what is shown. */
const HOOK = Symbol.for('assay.notebook.display')

/** Shows a table or a plot before the end of a cell; the last value of a cell is shown by itself. */
export async function show(value: Displayed): Promise<void> {
  const bundle = value[DISPLAY]()
  const hook = (globalThis as { [HOOK]?: Hook })[HOOK]
  const jupyter = denoKernel()
  if (hook !== undefined) hook(bundle)
  else if (jupyter !== undefined) await jupyter.display(bundle, { raw: true })
  else console.log(bundle['text/plain'])
}

/** Deno's kernel, where this runs in it; elsewhere Deno throws when it is asked. */
function denoKernel(): Jupyter | undefined {
  try {
    return (globalThis as { Deno?: { jupyter?: Jupyter } }).Deno?.jupyter
  } catch {
    return undefined
  }
}

export interface TableOptions {
  /** The most rows to show [20]. */
  readonly rows?: number
  /** Columns to show, in this order [all]. */
  readonly columns?: readonly string[]
  /** Significant digits of numbers [6]. */
  readonly digits?: number
}

/** A data frame as a table to read: text for a terminal, HTML for a page. */
export function table(frame: DataFrame, options: TableOptions = {}): Displayed {
  const { rows = 20, digits = 6 } = options
  const columns = options.columns ?? frame.columns
  const places = columns.map(name => frame.columns.indexOf(name))
  const missing = columns.find((_, k) => places[k]! < 0)
  if (missing !== undefined) {
    throw new Error(`the table has no column "${missing}"; it has ${frame.columns.join(', ')}`)
  }
  const cells = frame.values
    .slice(0, rows)
    .map(row => places.map(place => cellText(row[place], digits)))
  const more = frame.values.length - cells.length
  return {
    [DISPLAY]: () => ({
      'text/plain': plainTable(columns, cells, more),
      'text/html': htmlTable(columns, cells, more),
    }),
  }
}

function cellText(value: unknown, digits: number): string {
  if (value === null || value === undefined) return '–'
  if (typeof value !== 'number') return String(value)
  if (Number.isNaN(value)) return '–'
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digits)))
}

function plainTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  more: number,
): string {
  const widths = columns.map((name, k) => Math.max(name.length, ...rows.map(row => row[k]!.length)))
  const isNumber = columns.map((_, k) =>
    rows.every(row => /^(–|-?[\d.]+(e[-+]?\d+)?)$/.test(row[k]!)),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, k) => (isNumber[k] ? cell.padStart(widths[k]!) : cell.padEnd(widths[k]!)))
      .join('  ')
      .trimEnd()
  const rule = line(widths.map(width => '-'.repeat(width)))
  return [line(columns), rule, ...rows.map(line), ...moreLine(more)].join('\n')
}

function moreLine(more: number): string[] {
  return more > 0 ? [`and ${more} more`] : []
}

function htmlTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  more: number,
): string {
  const head = columns.map(name => `<th>${escapeText(name)}</th>`).join('')
  const body = rows.map(
    row => `<tr>${row.map(cell => `<td>${escapeText(cell)}</td>`).join('')}</tr>`,
  )
  const rest = moreLine(more).map(text => `<p>${text}</p>`)
  return [
    '<table>',
    `<thead><tr>${head}</tr></thead>`,
    '<tbody>',
    ...body,
    '</tbody>',
    '</table>',
    ...rest,
  ].join('\n')
}

/** Text without what HTML and SVG would read as their own. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
