#!/usr/bin/env node
import { existsSync } from 'node:fs'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: Assay needs Node 20.19 or newer, this is ${process.versions.node}\n`)
  process.exit(2)
}
if (!existsSync(new URL('../dist/main.js', import.meta.url))) {
  process.stderr.write('building Assay once ...\n')
  const { build } = await import('../scripts/build.js')
  await build()
}
const { main } = await import('../dist/main.js')
process.exitCode = await main(process.argv.slice(2))
