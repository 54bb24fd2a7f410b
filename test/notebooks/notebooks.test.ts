import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  formatProblems,
  joined,
  lined,
  notebookText,
  outputGaps,
  type Notebook,
} from '../../scripts/notebook-format.js'
import { notebookProgram } from '../../scripts/notebook-program.js'
import { REPOSITORY } from '../cli/assay.js'

const FOLDER = join(REPOSITORY, 'notebooks')
const FILES = readdirSync(FOLDER).filter(file => file.endsWith('.ipynb'))

const read = (file: string): Notebook =>
  JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Notebook

/** A notebook of one code cell. */
function notebookOf(source: string, ...more: string[]): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: 'deno', display_name: 'Deno' },
      language_info: { name: 'typescript' },
    },
    cells: [source, ...more].map((text, k) => ({
      cell_type: 'code' as const,
      id: `cell-${k}`,
      metadata: {},
      execution_count: null,
      source: text,
      outputs: [],
    })),
  }
}

describe('notebooks', () => {
  it('are the five that docs/notebooks.md lists', () => {
    const page = readFileSync(join(REPOSITORY, 'docs/notebooks.md'), 'utf8')
    const listed = [...page.matchAll(/^\| `([\w-]+\.ipynb)`/gm)].map(([, file]) => file)
    expect([...listed].sort()).toEqual([...FILES].sort())
    expect(FILES).toHaveLength(5)
  })

  it.each(FILES)('%s is nbformat 4.5, with an output for every code cell and no error', file => {
    const notebook = read(file)
    expect(formatProblems(notebook)).toEqual([])
    expect(outputGaps(notebook)).toEqual([])
    const code = notebook.cells.filter(cell => cell.cell_type === 'code')
    expect(code.length).toBeGreaterThan(3)
    expect(code.map(cell => cell.execution_count)).toEqual(code.map((_, k) => k + 1))
    expect(readFileSync(join(FOLDER, file), 'utf8')).toBe(notebookText(notebook))
  })

  it.each(FILES)('%s calls its candles synthetic, imports assay and shows a table', file => {
    const { cells } = read(file)
    expect(joined(cells[0]!.source)).toContain('**synthetic**')
    const code = cells.filter(cell => cell.cell_type === 'code')
    expect(joined(code[0]!.source)).toContain("from 'assay'")
    const kinds = code.flatMap(({ outputs }) =>
      outputs.flatMap(output => ('data' in output ? Object.keys(output.data) : [])),
    )
    expect(kinds).toContain('text/html')
  })

  it('hold plots, but for those of tables alone', () => {
    const withPlots = FILES.filter(file =>
      readFileSync(join(FOLDER, file), 'utf8').includes('"image/svg+xml"'),
    )
    expect(withPlots).toEqual(FILES)
  })

  it('say that live trading is not there yet', () => {
    const text = joined(read('backtest-against-itself.ipynb').cells[0]!.source)
    expect(text).toContain('There is no live trading yet')
  })
})

describe('the package of the notebooks', () => {
  const manifest = JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
    overrides: Record<string, string>
  }
  const lock = readFileSync(join(FOLDER, 'package-lock.json'), 'utf8')

  it('installs from the registry alone, and without a native TensorFlow', () => {
    expect(Object.keys(manifest.dependencies)).toEqual(['danfojs-node'])
    expect(manifest.overrides['xlsx']).toMatch(/^\d+\.\d+\.\d+$/)
    const packages = (JSON.parse(lock) as { packages: Record<string, { version?: string }> })
      .packages
    expect(packages['node_modules/xlsx']!.version).toBe(manifest.overrides['xlsx'])
    expect(JSON.stringify(packages['node_modules/@tensorflow/tfjs-node'])).toContain(
      '"name":"@tensorflow/tfjs"',
    )
  })

  it('is no dependency of the repository', () => {
    const root = readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8')
    expect(root).not.toContain('danfojs')
  })
})

describe('formatProblems', () => {
  it('names what is against the format', () => {
    expect(formatProblems(notebookOf('1'))).toEqual([])
    const { cells, ...head } = notebookOf('1', '2')
    expect(formatProblems({ ...head, nbformat_minor: 4, cells })[0]).toContain('not 4.5')
    expect(formatProblems({ ...head, cells: [] })).toEqual(['it has no cells'])
    expect(formatProblems({ ...head, metadata: {}, cells })).toHaveLength(2)
    expect(formatProblems({ ...head, cells: [cells[0], cells[0]] })[0]).toContain('is taken')
    expect(formatProblems({ ...head, cells: [{ ...cells[0], id: 'a b' }] })[0]).toContain('no id')
    const odd = { output_type: 'execute_result', data: { text: 'x' }, metadata: {} }
    expect(formatProblems({ ...head, cells: [{ ...cells[0], outputs: [odd] }] })).toHaveLength(1)
  })

  it('finds a cell without outputs, and one with an error', () => {
    const notebook = notebookOf('1', '2')
    expect(outputGaps(notebook)).toEqual([
      'cell 1 has no stored output',
      'cell 2 has no stored output',
    ])
    const error = { output_type: 'error' as const, ename: 'E', evalue: 'gone', traceback: [] }
    const cells = notebook.cells.map(cell => ({ ...cell, outputs: [error] }))
    expect(outputGaps({ ...notebook, cells })[0]).toContain('gone')
  })
})

describe('notebookProgram', () => {
  it('puts the cells into one module and hands on the last expression of each', () => {
    const program = notebookProgram(
      notebookOf('const a = 1\na + 1', 'const b = a', 'await f(a) // c'),
    )
    expect(program).toContain('$recorder.begin(0)')
    expect(program).toContain('$recorder.value(a + 1\n)')
    expect(program).toContain('$recorder.value(await f(a)\n)')
    expect(program).not.toContain('value(const')
    expect(program.match(/\$recorder\.value/g)).toHaveLength(2)
  })
})

describe('lines of text', () => {
  it('are joined to what they were cut from', () => {
    for (const text of ['', 'a', 'a\n', 'a\n\nb', '\n']) expect(joined(lined(text))).toBe(text)
  })
})
