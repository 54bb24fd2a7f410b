/** The parts of a Jupyter notebook, nbformat 4.5. https://nbformat.readthedocs.io/en/latest/format_description.html */

/** Text as notebooks keep it: one text, or its lines. */
export type Text = string | readonly string[]

export type Output =
  | { readonly output_type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: Text }
  | {
      readonly output_type: 'display_data' | 'execute_result'
      readonly data: Readonly<Record<string, Text>>
      readonly metadata: Readonly<Record<string, unknown>>
      readonly execution_count?: number
    }
  | {
      readonly output_type: 'error'
      readonly ename: string
      readonly evalue: string
      readonly traceback: readonly string[]
    }

export interface CodeCell {
  readonly cell_type: 'code'
  readonly id: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly execution_count: number | null
  readonly source: Text
  readonly outputs: readonly Output[]
}

export interface TextCell {
  readonly cell_type: 'markdown' | 'raw'
  readonly id: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly source: Text
}

export type Cell = CodeCell | TextCell

export interface Notebook {
  readonly nbformat: number
  readonly nbformat_minor: number
  readonly metadata: Readonly<Record<string, unknown>>
  readonly cells: readonly Cell[]
}

/** A text that may be kept as lines. */
export function joined(text: Text): string {
  return typeof text === 'string' ? text : text.join('')
}

/** A text as its lines, each with its end, as notebooks are stored for the sake of diffs. */
export function lined(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** A notebook as it is stored. */
export function notebookText(notebook: Notebook): string {
  return `${JSON.stringify(notebook, null, 1)}\n`
}

/** What of a notebook is against nbformat 4.5; empty where nothing. */
export function formatProblems(value: unknown): string[] {
  const { nbformat, nbformat_minor: minor, metadata, cells } = value as Partial<Notebook>
  const problems: string[] = []
  if (nbformat !== 4 || minor !== 5) problems.push(`it is nbformat ${nbformat}.${minor}, not 4.5`)
  const { kernelspec, language_info: language } = (metadata ?? {}) as Record<string, unknown>
  if (!hasNames(kernelspec, ['name', 'display_name'])) problems.push('it names no kernel')
  if (!hasNames(language, ['name'])) problems.push('it names no language')
  if (!Array.isArray(cells) || cells.length === 0) return [...problems, 'it has no cells']
  const seen = new Set<string>()
  cells.forEach((cell: Cell, k) => {
    problems.push(...cellProblems(cell).map(text => `cell ${k + 1}: ${text}`))
    if (seen.has(cell.id)) problems.push(`cell ${k + 1}: the id "${cell.id}" is taken`)
    seen.add(cell.id)
  })
  return problems
}

function hasNames(value: unknown, names: readonly string[]): boolean {
  const record = (value ?? {}) as Record<string, unknown>
  return names.every(name => typeof record[name] === 'string' && record[name] !== '')
}

function cellProblems(cell: Cell): string[] {
  const problems: string[] = []
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(cell.id)) problems.push(`"${cell.id}" is no id`)
  if (!isText(cell.source)) problems.push('it has no source')
  if (typeof cell.metadata !== 'object') problems.push('it has no metadata')
  if (cell.cell_type === 'markdown' || cell.cell_type === 'raw') {
    if ('outputs' in cell) problems.push('a cell of text has no outputs')
    return problems
  }
  if (cell.cell_type !== 'code') return [...problems, `"${String(cell['cell_type'])}" is no type`]
  const count = cell.execution_count
  if (count !== null && !Number.isInteger(count)) problems.push('it has no execution count')
  if (!Array.isArray(cell.outputs)) return [...problems, 'it has no list of outputs']
  return [...problems, ...cell.outputs.flatMap(outputProblems)]
}

function outputProblems(output: Output): string[] {
  switch (output.output_type) {
    case 'stream':
      return isText(output.text) && /^std(out|err)$/.test(output.name) ? [] : ['a stream is wrong']
    case 'display_data':
    case 'execute_result': {
      const values = Object.entries(output.data ?? {})
      const isWhole =
        values.length > 0 && values.every(([type, text]) => type.includes('/') && isText(text))
      const hasCount =
        output.output_type === 'display_data' || Number.isInteger(output.execution_count)
      return isWhole && hasCount && output.metadata !== undefined ? [] : ['an output is wrong']
    }
    case 'error':
      return Array.isArray(output.traceback) ? [] : ['an error is wrong']
    default:
      return ['an output is of no known type']
  }
}

function isText(text: unknown): boolean {
  return (
    typeof text === 'string' ||
    (Array.isArray(text) && text.every(line => typeof line === 'string'))
  )
}

/** What a stored notebook lacks to be read without running it; empty where nothing. */
export function outputGaps(notebook: Notebook): string[] {
  return notebook.cells.flatMap((cell, k) => {
    if (cell.cell_type !== 'code') return []
    if (cell.outputs.length === 0) return [`cell ${k + 1} has no stored output`]
    const failed = cell.outputs.find(output => output.output_type === 'error')
    return failed === undefined ? [] : [`cell ${k + 1} is stored with an error: ${failed.evalue}`]
  })
}
