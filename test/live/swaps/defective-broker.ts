import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { expect } from 'vitest'
import type { Defect } from './defects.js'
import type { BrokerMaker } from './stage.js'

const LIVE = join(import.meta.dirname, '../../../src/live')
const { resolve } = createRequire(import.meta.url)
let built = 0

/** The broker as it would be with a defect; without one, as it is. It is built into a folder of the test. */
export async function brokerWith(defect: Defect | null, folder: string): Promise<BrokerMaker> {
  built += 1
  const outfile = join(folder, `broker-${built}.mjs`)
  await build({
    entryPoints: [join(LIVE, 'broker/jupiter-broker.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
    plugins: [pluginOf(defect)],
  })
  const { JupiterBroker } = (await import(pathToFileURL(outfile).href)) as {
    JupiterBroker: new (...terms: Parameters<BrokerMaker>) => ReturnType<BrokerMaker>
  }
  return (...terms) => new JupiterBroker(...terms)
}

function pluginOf(defect: Defect | null): Plugin {
  return {
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
  }
}
