import { fork } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './build.js'
import type { CellReport } from './notebook-child.js'
import {
  formatProblems,
  joined,
  lined,
  notebookText,
  outputGaps,
  type CodeCell,
  type Notebook,
  type Output,
} from './notebook-format.js'
import { notebookProgram } from './notebook-program.js'

const FOLDER = fileURLToPath(new URL('../notebooks', import.meta.url))
const CHILD = fileURLToPath(new URL('notebook-child.ts', import.meta.url))

const USAGE = `npm run notebooks [-- NAME...]         runs every cell and stores its outputs
npm run notebooks:check [-- NAME...]   runs every cell and compares with what is stored`

/** Paths of the notebooks, all or those named. */
async function notebookFiles(names: readonly string[]): Promise<string[]> {
  const all = (await readdir(FOLDER)).filter(file => file.endsWith('.ipynb')).sort()
  const known = all.map(file => basename(file, '.ipynb'))
  const unknown = names.find(name => !known.includes(name))
  if (unknown !== undefined) {
    throw new Error(`there is no notebook "${unknown}"; there are ${known.join(', ')}`)
  }
  const chosen = names.length === 0 ? known : names
  return chosen.map(name => join(FOLDER, `${name}.ipynb`))
}

/** A notebook with the outputs of a run; every cell in order, in one process with an empty home. */
async function runNotebook(file: string, notebook: Notebook): Promise<Notebook> {
  const program = join(FOLDER, `.cells-${basename(file, '.ipynb')}-${process.pid}.ts`)
  const home = await mkdtemp(join(tmpdir(), 'assay-notebook-'))
  try {
    await writeFile(program, notebookProgram(notebook))
    const reports = await reportsOf(program, home)
    const byCell = new Map(reports.map(report => [report.cell, report.outputs]))
    let count = 0
    const cells = notebook.cells.map((cell, k) => {
      if (cell.cell_type !== 'code') return cell
      count += 1
      return withOutputs(cell, byCell.get(k) ?? [], count)
    })
    return { ...notebook, cells }
  } finally {
    await rm(program, { force: true })
    await rm(home, { recursive: true, force: true })
  }
}

function reportsOf(program: string, home: string): Promise<readonly CellReport[]> {
  const child = fork(CHILD, [program], {
    cwd: FOLDER,
    env: { ...process.env, ASSAY_HOME: home, DATABASE_URL: '', REDIS_URL: '', TZ: 'UTC' },
  })
  return new Promise((done, fail) => {
    let reports: readonly CellReport[] | undefined
    child.on('message', message => (reports = message as readonly CellReport[]))
    child.on('error', fail)
    child.on('close', code => {
      if (reports !== undefined) done(reports)
      else fail(new Error(`the process of the notebook ended with ${code} and told nothing`))
    })
  })
}

function withOutputs(cell: CodeCell, outputs: readonly Output[], count: number): CodeCell {
  return { ...cell, execution_count: count, outputs: outputs.map(storedOutput) }
}

/** An output with its texts as lines. */
function storedOutput(output: Output): Output {
  if (output.output_type === 'stream') return { ...output, text: lined(joined(output.text)) }
  if (output.output_type === 'error') return output
  const data = Object.entries(output.data).map(([type, text]) => [type, lined(joined(text))])
  return { ...output, data: Object.fromEntries(data) as Record<string, string[]> }
}

/** What a run put out that differs from what is stored, cell by cell. */
function outputDifferences(stored: Notebook, ran: Notebook): string[] {
  return stored.cells.flatMap((cell, k) => {
    const now = ran.cells[k]!
    if (cell.cell_type !== 'code' || now.cell_type !== 'code') return []
    const [before, after] = [textOf(cell.outputs), textOf(now.outputs)]
    if (before.join('\n') === after.join('\n')) return []
    const at = before.findIndex((line, i) => line !== after[i])
    const place = at < 0 ? before.length : at
    return [
      `cell ${k + 1} gives other outputs, first in line ${place + 1}: stored "${before[place] ?? ''}", now "${after[place] ?? ''}"`,
    ]
  })
}

function textOf(outputs: readonly Output[]): string[] {
  return JSON.stringify(outputs.map(storedOutput), null, 1).split('\n')
}

function errorsOf(notebook: Notebook): string[] {
  return notebook.cells.flatMap((cell, k) =>
    cell.cell_type !== 'code'
      ? []
      : cell.outputs.flatMap(output =>
          output.output_type === 'error'
            ? [`cell ${k + 1} failed: ${output.ename}: ${output.evalue}`]
            : [],
        ),
  )
}

/** Runs one notebook; with `writes` it is stored where no cell failed. @returns what is wrong */
async function check(file: string, writes: boolean): Promise<string[]> {
  const stored = JSON.parse(await readFile(file, 'utf8')) as Notebook
  const problems = formatProblems(stored)
  if (problems.length > 0) return problems
  const ran = await runNotebook(file, stored)
  const errors = errorsOf(ran)
  if (errors.length > 0) return errors
  if (!writes) return [...outputGaps(stored), ...outputDifferences(stored, ran)]
  await writeFile(file, notebookText(ran))
  return outputGaps(ran)
}

async function main(args: readonly string[]): Promise<number> {
  const mode = args.find(arg => arg.startsWith('--'))
  if (mode !== '--write' && mode !== '--check') {
    console.error(USAGE)
    return 2
  }
  const files = await notebookFiles(args.filter(arg => !arg.startsWith('--')))
  await build()
  let failed = 0
  for (const file of files) {
    const since = performance.now()
    const problems = await check(file, mode === '--write')
    const seconds = ((performance.now() - since) / 1000).toFixed(1)
    console.log(`${problems.length === 0 ? 'ok' : 'FAILED'}  ${basename(file)}  ${seconds} s`)
    for (const problem of problems) console.log(`  ${problem}`)
    if (problems.length > 0) failed += 1
  }
  return failed === 0 ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
