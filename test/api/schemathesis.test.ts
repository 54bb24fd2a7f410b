import { spawn, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tradedFolder } from '../cli/prepared-home.js'
import { openApi } from './api-house.js'

const isThere = spawnSync('schemathesis', ['--version'], { stdio: 'ignore' }).status === 0
const without = isThere ? '' : ' (skipped: no schemathesis of Python)'
/** Requests of each route. */
const EXAMPLES = 6
// Of answers the schemas are checked by the contract tests: this tool cannot read lists of fixed length.
const CHECKS = 'not_a_server_error,content_type_conformance,status_code_conformance'

/** What the fuzzer says of the server, and the code that it ends with. */
function fuzz(
  folder: string,
  address: string,
  key: string,
): Promise<{ readonly code: unknown; readonly out: string }> {
  const args = [
    ...['run', `${address}/openapi.json`, '-H', `Authorization: Bearer ${key}`],
    ...['--phases', 'examples,fuzzing', '-n', String(EXAMPLES), '--checks', CHECKS],
    ...['--generation-deterministic', '--request-timeout', '10', '--no-color'],
  ]
  // It leaves a cache where it runs.
  const child = spawn('schemathesis', args, { cwd: folder })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  return new Promise(done => child.on('close', code => done({ code, out })))
}

it.skipIf(!isThere)(
  `another fuzzer of the OpenAPI text finds no 5xx, and no status or type that the text does not name${without}`,
  async () => {
    const folder = await tradedFolder()
    const house = await openApi({ home: join(folder, '.assay'), jobsMax: 0 })
    try {
      await house.api.listen({ host: '127.0.0.1', port: 0 })
      const { port } = house.api.server.address() as AddressInfo
      const { code, out } = await fuzz(folder, `http://127.0.0.1:${port}`, await house.key())
      expect(code, out).toBe(0)
      expect(out).toMatch(/[2-9]\d\d generated, \d+ passed/)
    } finally {
      await house.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
  180_000,
)
