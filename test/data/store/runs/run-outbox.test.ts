import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RunRecord, RunRepository } from '../../../../src/core/ports/research/runs.js'
import { createRunOutbox } from '../../../../src/data/store/runs/run-outbox.js'

const record = (runId: string, createdAt: string): RunRecord => ({
  runId,
  createdAt,
  strategy: 'x',
  symbol: 'TEST-USD',
  timeframe: '1h',
  resultHash: 'h',
  curveHash: 'c',
  manifest: {},
  metrics: {},
  warnings: [],
  trades: [],
})

function repository(saved: string[], fails = false): RunRepository {
  return {
    save: run => {
      if (fails) return Promise.reject(new Error('away'))
      saved.push(run.runId)
      return Promise.resolve()
    },
    get: () => Promise.resolve(undefined),
    list: () => Promise.resolve([]),
    page: () => Promise.resolve([]),
    latest: () => Promise.resolve(undefined),
  }
}

describe('the outbox of runs', () => {
  it('delivers what is waiting, oldest first, once', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'assay-test-')), 'outbox')
    const outbox = createRunOutbox(folder)
    await outbox.put(record('b', '2026-01-02'))
    await outbox.put(record('a', '2026-01-03'))
    await outbox.put(record('c', '2026-01-01'))
    const saved: string[] = []
    await outbox.deliver(repository(saved))
    await outbox.deliver(repository(saved))
    expect(saved).toEqual(['c', 'b', 'a'])
    expect(readdirSync(folder)).toEqual([])
  })

  it('keeps a run that could not be saved', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-test-'))
    const outbox = createRunOutbox(folder)
    await outbox.put(record('a', '2026-01-03'))
    await expect(outbox.deliver(repository([], true))).rejects.toThrow('away')
    const saved: string[] = []
    await outbox.deliver(repository(saved))
    expect(saved).toEqual(['a'])
  })

  it('puts a damaged file aside and delivers the rest', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-test-'))
    const outbox = createRunOutbox(folder)
    await outbox.put(record('a', '2026-01-03'))
    writeFileSync(join(folder, 'broken.json'), '{"runId":')
    const saved: string[] = []
    await outbox.deliver(repository(saved))
    expect(saved).toEqual(['a'])
    expect(readdirSync(folder)).toEqual(['broken.json.damaged'])
  })

  it.each([
    'null',
    '[]',
    '{}',
    '7',
    JSON.stringify({ ...record('b', '2026-01-02'), trades: null }),
  ])('puts aside JSON that is no run: %s', async text => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-test-'))
    const outbox = createRunOutbox(folder)
    await outbox.put(record('a', '2026-01-03'))
    writeFileSync(join(folder, 'other.json'), text)
    const saved: string[] = []
    await outbox.deliver(repository(saved))
    expect(saved).toEqual(['a'])
    expect(readdirSync(folder)).toEqual(['other.json.damaged'])
  })

  it('has nothing to deliver where there is no folder', async () => {
    await createRunOutbox('/nonexistent/outbox').deliver(repository([]))
  })
})
