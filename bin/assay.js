#!/usr/bin/env node
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: Assay needs Node 20.19 or newer, this is ${process.versions.node}\n`)
  process.exit(2)
}
const root = fileURLToPath(new URL('..', import.meta.url))
if (existsSync(join(root, 'src/cli/main.ts')) && isStale()) {
  const { buildOnce } = await import('../scripts/build.js')
  await buildOnce(isStale, () => process.stderr.write('building Assay from its sources ...\n'))
}
const { runProcess } = await import('../dist/main.js')
await runProcess(process.argv.slice(2))

/** Whether a source is newer than the build. */
function isStale() {
  return newest(root) > builtAt(root)
}

/** When the build was made; 0 where there is none. */
function builtAt(folder) {
  const file = join(folder, 'dist/main.js')
  return existsSync(file) ? statSync(file).mtimeMs : 0
}

/** When a source was last changed: a build older than that would run other code than it names. */
function newest(folder) {
  let latest = 0
  for (const part of ['src', 'strategies']) {
    for (const entry of readdirSync(join(folder, part), { recursive: true })) {
      const { mtimeMs } = statSync(join(folder, part, entry))
      if (mtimeMs > latest) latest = mtimeMs
    }
  }
  return latest
}
