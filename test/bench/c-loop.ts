import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** What the plain C loop took, milliseconds for a million candles. */
export interface CLoop {
  /** The loop alone, its two averages computed before. Best of five a run. */
  readonly loopMs: number
  /** A run with its averages, from the loop's own sweep of forty. */
  readonly withAveragesMs: number
}

/** Compiles the C loop beside the folder of real candles. @returns its program, or why there is none */
export function compileCLoop(): { readonly program: string } | string {
  const data = process.env['ASSAY_DATA'] ?? join(import.meta.dirname, '../../../shared/data')
  const source = resolve(data, '../reference/limit.c')
  if (!existsSync(source)) return 'no limit.c beside the real candles (ASSAY_DATA)'
  const program = join(mkdtempSync(join(tmpdir(), 'assay-bench-')), 'limit')
  try {
    execFileSync('cc', ['-O2', '-o', program, source, '-lm'], { stdio: 'pipe' })
  } catch {
    return 'no C compiler'
  }
  return { program }
}

/** Runs the program once. */
export function runCLoop(program: string): CLoop {
  const lines = execFileSync(program, { encoding: 'utf8' }).trim().split('\n')
  const loops = lines.filter(line => line.includes(' ms ')).map(line => Number.parseFloat(line))
  const millionsPerSecond = Number(/sweep \d+ ([\d.]+) M\/s/.exec(lines.at(-1)!)![1])
  return { loopMs: Math.min(...loops), withAveragesMs: 1000 / millionsPerSecond }
}
