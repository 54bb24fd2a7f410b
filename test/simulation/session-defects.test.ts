import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { SESSION_DEFECTS, type SessionDefect } from './session-defects.js'
import { marketsOfSeed, SessionSimulation } from './session-simulation.js'
import type { SessionSystem } from './session-system.js'

const folder = mkdtempSync(join(tmpdir(), 'assay-session-defects-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// The product looks for its own root from where it stands.
writeFileSync(
  join(folder, 'package.json'),
  readFileSync(join(import.meta.dirname, '../../package.json')),
)

const SRC = join(import.meta.dirname, '../../src')
const { resolve } = createRequire(import.meta.url)
/** Worlds within which a defect must show. */
const SEEDS = 300

describe('worlds of faults show a defect of a session', () => {
  it.each(SESSION_DEFECTS)('$name', async defect => {
    const system = await systemWith(defect)
    await expect(simulateAll(system, defect.from ?? 1)).rejects.toThrow()
  })
})

async function simulateAll(system: SessionSystem, from: number): Promise<void> {
  for (let seed = from; seed < from + SEEDS; seed++) {
    await new SessionSimulation(seed, { system, markets: marketsOfSeed(seed) }).run()
  }
}

/** The product as it would be with a defect. */
async function systemWith(defect: SessionDefect): Promise<SessionSystem> {
  const outfile = join(folder, `system-${SESSION_DEFECTS.indexOf(defect)}.mjs`)
  await build({
    entryPoints: [join(import.meta.dirname, 'session-system.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
    plugins: [pluginOf(defect)],
  })
  const built = (await import(pathToFileURL(outfile).href)) as { sessionSystem: SessionSystem }
  return built.sessionSystem
}

function pluginOf({ file, stands, put }: SessionDefect): Plugin {
  return {
    name: 'defect',
    setup: plugin => {
      plugin.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        if (kind === 'entry-point' || isBuiltin(path)) return null
        return { path: pathToFileURL(resolve(path)).href, external: true }
      })
      plugin.onLoad({ filter: /src\/.*\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8')
        if (path !== join(SRC, file)) return { contents: text, loader: 'ts' }
        expect(text.split(stands), `${stands} stands there once`).toHaveLength(2)
        return { contents: text.replace(stands, () => put), loader: 'ts' }
      })
    },
  }
}
