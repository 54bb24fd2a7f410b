import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import type { Output } from './notebook-format.js'

/**
 * Runs the program of one notebook in a process of its own and reports what each cell put out: by
 * message to the parent, cell by cell. Standard output belongs to the cell that runs.
 */
export interface CellReport {
  readonly cell: number
  readonly outputs: readonly Output[]
}

type Data = Readonly<Record<string, string>>

const reports: { cell: number; outputs: Output[] }[] = []

function put(output: Output): void {
  reports.at(-1)?.outputs.push(output)
}

function print(text: string): void {
  const outputs = reports.at(-1)?.outputs
  const before = outputs?.at(-1)
  if (before?.output_type === 'stream') {
    outputs![outputs!.length - 1] = { ...before, text: `${before.text as string}${text}` }
  } else put({ output_type: 'stream', name: 'stdout', text })
}

const recorder = {
  begin(cell: number): void {
    reports.push({ cell, outputs: [] })
  },
  /** The value of the last expression of a cell; none where it is undefined. */
  value(value: unknown): void {
    if (value === undefined) return
    put({
      output_type: 'execute_result',
      execution_count: reports.length,
      data: dataOf(value),
      metadata: {},
    })
  },
}

const DISPLAY = Symbol.for('Jupyter.display')

function dataOf(value: unknown): Data {
  const display = (value as { [DISPLAY]?: () => Data } | null)?.[DISPLAY]
  if (typeof display === 'function') return display.call(value)
  return { 'text/plain': inspect(value, { depth: 4, breakLength: 100, sorted: false }) }
}

function fail(error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  put({ output_type: 'error', ename: name, evalue: message, traceback: (stack ?? '').split('\n') })
}

async function run(program: string): Promise<void> {
  const shared = globalThis as unknown as Record<symbol, unknown>
  shared[Symbol.for('assay.notebook.recorder')] = recorder
  shared[Symbol.for('assay.notebook.display')] = (data: Data): void =>
    put({ output_type: 'display_data', data, metadata: {} })
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    print(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))
    return true
  }
  process.on('uncaughtException', error => finish(error))
  try {
    await import(pathToFileURL(program).href)
    finish()
  } catch (error) {
    finish(error)
  }
}

function finish(error?: unknown): void {
  // Before the first cell: an import failed, which is the notebook's error all the same.
  if (reports.length === 0) recorder.begin(0)
  if (error !== undefined) fail(error)
  process.send!(reports satisfies CellReport[], () => process.exit(0))
}

await run(process.argv[2]!)
