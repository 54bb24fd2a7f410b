import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import type { ChunkRunner } from '../../../../src/backtest/sweep/trials/chunk.js'
import { METRIC_NAMES } from '../../../../src/backtest/sweep/expressions/objective.js'
import { createThreadRunner } from '../../../../src/backtest/sweep/threads/thread-runner.js'

/** A thread that answers with its points, and dies at those that it is told to. */
const SCRIPT = `
import { appendFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
parentPort.on('message', ({ id, points }) => {
  for (const [value] of points) {
    appendFileSync(workerData.log, value + '\\n')
    if (workerData.exits === value) process.exit(7)
    if (workerData.throws === value) throw new Error('out of luck')
    if (workerData.fills === value) for (const list = []; ;) list.push(new Array(1e5).fill(value))
  }
  const metrics = new Float64Array(points.length * ${METRIC_NAMES.length}).fill(id)
  parentPort.postMessage({
    id,
    metrics,
    runIds: points.map(([value]) => 'run' + value),
    resultHashes: points.map(([value]) => 'hash' + value),
    messages: points.map(() => null),
  })
})
`

const folder = mkdtempSync(join(tmpdir(), 'assay-test-'))
const script = pathToFileURL(join(folder, 'thread.mjs'))
writeFileSync(script, SCRIPT)

let runner: ChunkRunner | undefined
afterEach(() => runner?.close())

function start(
  workers: number,
  faults: Record<string, number> = {},
): { deaths: string[]; log: string } {
  const deaths: string[] = []
  const log = join(folder, `${Math.trunc(performance.now() * 1000)}.log`)
  writeFileSync(log, '')
  runner = createThreadRunner({
    workers,
    script,
    workerData: { log, ...faults },
    onDeath: message => deaths.push(message),
  })
  return { deaths, log }
}

const chunk = (id: number, ...values: number[]): Parameters<ChunkRunner['run']>[0] => ({
  id,
  field: 0,
  points: values.map(value => [value]),
})

describe('threads', () => {
  it('give each chunk its own result, whoever takes it', async () => {
    start(3)
    const chunks = Array.from({ length: 40 }, (_, k) => chunk(k, k, k + 100))
    const results = await Promise.all(chunks.map(one => runner!.run(one)))
    results.forEach((result, k) => {
      expect(result.id).toBe(k)
      expect(result.runIds).toEqual([`run${k}`, `run${k + 100}`])
      expect(result.metrics[0]).toBe(k)
    })
  })

  it.each([
    ['exits', /exit code 7/],
    ['throws', /out of luck/],
    ['fills', /memory/i],
  ])(
    'lose one set, not its neighbours, to a thread that %s at it',
    async (fault, cause) => {
      const { deaths } = start(2, { [fault]: 5 })
      const others = Array.from({ length: 6 }, (_, k) => runner!.run(chunk(k + 10, k + 20)))
      const result = await runner!.run(chunk(0, 4, 5, 6))
      expect(result.messages[0]).toBeNull()
      expect(result.messages[1]).toMatch(cause)
      expect(result.messages[2]).toBeNull()
      expect(result.runIds[2]).toBe('run6')
      expect(result.metrics).toHaveLength(3 * METRIC_NAMES.length)
      for (const [k, other] of (await Promise.all(others)).entries()) {
        expect(other.runIds).toEqual([`run${k + 20}`])
      }
      expect(deaths.length).toBeGreaterThanOrEqual(2)
      expect(deaths[0]).toMatch(/a worker died/)
    },
    60_000,
  )
})
