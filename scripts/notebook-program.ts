import ts from 'typescript'
import { joined, type Notebook } from './notebook-format.js'

/**
 * The code cells of a notebook as one module, so that they share their names as in a kernel. Before
 * each cell the recorder is told its number, and the last expression of a cell is handed to it.
 */
export function notebookProgram(notebook: Notebook): string {
  const parts = notebook.cells.flatMap((cell, k) =>
    cell.cell_type === 'code' ? [`${RECORDER}.begin(${k})`, ...cellParts(joined(cell.source))] : [],
  )
  return [
    `const ${RECORDER} = globalThis[Symbol.for('assay.notebook.recorder')]`,
    ...parts,
    '',
  ].join('\n;')
}

const RECORDER = '$recorder'

/** A cell with its last statement handed on, where that is an expression. */
function cellParts(source: string): string[] {
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ESNext, true)
  const last = file.statements.at(-1)
  if (last === undefined || !ts.isExpressionStatement(last)) return [source]
  const before = source.slice(0, last.getStart(file))
  return [before, `${RECORDER}.value(${last.expression.getText(file)}\n)`]
}
