import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { main } from '../../src/cli/main.js'
import type { Ran } from './assay.js'

/** A command line, with the folder and the environment that it is to find. */
interface Command {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly args: readonly string[]
}

let last: Promise<unknown> = Promise.resolve()

/**
 * What `bin/assay.js` does with a command line, without a process of its own. One at a time, for
 * there is one working folder.
 */
export function commandHere(command: Command): Promise<Ran> {
  const mine = last.then(() => run(command))
  last = mine.catch(() => undefined)
  return mine
}

async function run({ folder, env, args }: Command): Promise<Ran> {
  const command = await loaded()
  let [out, err] = ['', '']
  const lineOf = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)
  const before = { folder: process.cwd(), env: { ...process.env } }
  process.chdir(folder)
  Object.assign(process.env, env)
  try {
    const code = await command(args, {
      print: text => void (out += lineOf(text)),
      log: text => void (err += lineOf(text)),
      draw: () => undefined,
      colour: false,
      interactive: false,
    })
    return { code, out, err }
  } finally {
    process.chdir(before.folder)
    for (const name of Object.keys(env)) {
      if (before.env[name] === undefined) delete process.env[name]
      else process.env[name] = before.env[name]
    }
  }
}

/** The built command line, loaded once: its own copy of everything, as a user has it. */
async function loaded(): Promise<typeof main> {
  keepCompiled()
  const built = resolve(import.meta.dirname, '../../dist/main.js')
  const { main: command } = (await import(pathToFileURL(built).href)) as { main: typeof main }
  return command
}

let compiled: object | undefined

/**
 * Holds the embedded database compiled. The interpreter gives what is compiled already to whoever
 * compiles the same bytes, as each thread of a database does, but only as long as somebody has it.
 */
function keepCompiled(): void {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  compiled ??= new WebAssembly.Module(readFileSync(join(dirname(entry), 'pglite.wasm')))
}
