import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What `import` gives a user: the files that `exports` in package.json names for types. */
async function faces() {
  const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  return Object.values(exports).map(({ types }) => relative('dist/types', types))
}

/**
 * Writes the types of the faces, and of what these name, as declarations below `folder`. Errors are
 * not looked for here: `npm run types` does that.
 */
export async function writeDeclarations(folder) {
  const draft = `${folder}.${process.pid}`
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  const project = join(root, 'tsconfig.types.json')
  try {
    const args = [compiler, '-p', project, '--outDir', join(draft, 'all')]
    await promisify(execFile)(process.execPath, args)
    for (const file of await reachable(join(draft, 'all'))) {
      const target = join(draft, 'kept', file)
      await mkdir(dirname(target), { recursive: true })
      await copyFile(join(draft, 'all', file), target)
    }
    await rm(folder, { recursive: true, force: true })
    await rename(join(draft, 'kept'), folder)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** The faces and all that they import, from each other or by way of others, relative to `folder`. */
async function reachable(folder) {
  const found = new Set(await faces())
  for (const file of found) {
    const text = await readFile(join(folder, file), 'utf8')
    for (const [, path] of text.matchAll(/(?:from |import\()['"](\.{1,2}\/[^'"]+)\.js['"]/g)) {
      const target = relative(folder, join(folder, dirname(file), `${path}.d.ts`))
      if (existsSync(join(folder, target))) found.add(target)
    }
  }
  return found
}
