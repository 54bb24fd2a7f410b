import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { commandHere } from './command-here.js'

export const REPOSITORY = resolve(import.meta.dirname, '../..')
const ASSAY = join(REPOSITORY, 'bin/assay.js')

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A folder for one test: home of Assay and working directory. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'assay-test-'))
}

/**
 * Runs the built command line in `folder`, in this process, which saves starting one and an
 * embedded database from nothing. `processes.test.ts` shows that a process of its own says the same.
 */
export function assay(folder: string, ...args: string[]): Promise<Ran> {
  return commandHere({ folder, env: environment(folder), args })
}

/** Runs the built command line in `folder` as a user does, by a process of its own. */
export function assayProcess(folder: string, ...args: string[]): Promise<Ran> {
  return assayWith({}, folder, ...args)
}

/** As `assayProcess`, with more in its environment. */
export function assayWith(
  env: Record<string, string>,
  folder: string,
  ...args: string[]
): Promise<Ran> {
  if (!existsSync(join(REPOSITORY, 'dist/main.js')))
    throw new Error('run npm run build before these tests')
  const child = spawn(process.execPath, [ASSAY, ...args], {
    cwd: folder,
    env: { ...process.env, ...environment(folder), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  return new Promise(done => child.on('close', code => done({ code, out, err })))
}

function environment(folder: string): Record<string, string> {
  return { ASSAY_HOME: join(folder, '.assay'), DATABASE_URL: '', NO_COLOR: '1' }
}

/** Standard output of a `--json` call that must succeed. */
export async function assayJson(folder: string, ...args: string[]): Promise<Record<string, never>> {
  const { code, out, err } = await assay(folder, ...args, '--json')
  if (code !== 0) throw new Error(`assay ${args.join(' ')} exited with ${code}: ${err}`)
  return JSON.parse(out) as Record<string, never>
}
