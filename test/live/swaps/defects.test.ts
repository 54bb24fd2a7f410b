import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { DEFECTS, type Defect } from './defects.js'
import { SCENARIOS } from './scenarios.js'
import type { Scenario } from './scenarios/scenario.js'
import { playScenario, type BrokerMaker } from './stage.js'

const LIVE = join(import.meta.dirname, '../../../src/live')
const folder = mkdtempSync(join(tmpdir(), 'assay-defects-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { resolve } = createRequire(import.meta.url)
let built = 0

/** The broker as it would be with a defect; without one, as it is. */
async function brokerWith(defect: Defect | null): Promise<BrokerMaker> {
  built += 1
  const outfile = join(folder, `broker-${built}.mjs`)
  await build({
    entryPoints: [join(LIVE, 'broker/jupiter-broker.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
    plugins: [
      {
        name: 'defect',
        setup: plugin => {
          plugin.onResolve({ filter: /^@/ }, ({ path }) => ({
            path: pathToFileURL(resolve(path)).href,
            external: true,
          }))
          plugin.onLoad({ filter: /src\/live\/.*\.ts$/ }, ({ path }) => {
            const text = readFileSync(path, 'utf8')
            if (defect === null || path !== join(LIVE, defect.file)) {
              return { contents: text, loader: 'ts' }
            }
            expect(text.split(defect.stands), `${defect.stands} stands there once`).toHaveLength(2)
            return { contents: text.replace(defect.stands, () => defect.put), loader: 'ts' }
          })
        },
      },
    ],
  })
  const { JupiterBroker } = (await import(pathToFileURL(outfile).href)) as {
    JupiterBroker: new (...terms: Parameters<BrokerMaker>) => ReturnType<BrokerMaker>
  }
  return (...terms) => new JupiterBroker(...terms)
}

function scenarioOf({ caughtBy }: Defect): Scenario {
  const found = SCENARIOS.find(({ name }) => name === caughtBy)
  expect(found, `there is a scenario "${caughtBy}"`).toBeDefined()
  return found!
}

describe('a defect is noticed', () => {
  it('and none where there is none', async () => {
    const make = await brokerWith(null)
    for (const scenario of new Set(DEFECTS.map(scenarioOf))) await playScenario(scenario, make)
  })

  it.each(DEFECTS)('$name', async defect => {
    const make = await brokerWith(defect)
    await expect(playScenario(scenarioOf(defect), make)).rejects.toThrow()
  })
})
