import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import {
  allocateColumns,
  ColumnStore,
} from '../../../../src/backtest/sweep/threads/column-store.js'

const LENGTH = 1000

/** Writes what only this key gives, and counts. */
function counting(): {
  computed: string[]
  get: (store: ColumnStore, key: string) => Float64Array | undefined
} {
  const computed: string[] = []
  return {
    computed,
    get: (store, key) =>
      store.get(key, values => {
        computed.push(key)
        values.fill(Number(key.slice(1)))
      }),
  }
}

describe('a store of columns', () => {
  it('computes each key once and gives it to everybody', () => {
    const shared = allocateColumns(LENGTH, 1e6)
    const { computed, get } = counting()
    const [a, b] = [new ColumnStore(shared), new ColumnStore(shared)]
    for (const key of ['k1', 'k2', 'k3', 'k1', 'k2']) expect(get(a, key)![999]).toBe(Number(key[1]))
    for (const key of ['k3', 'k2', 'k1']) expect(get(b, key)![0]).toBe(Number(key[1]))
    expect(computed).toEqual(['k1', 'k2', 'k3'])
  })

  it('holds as many columns as fit, and no more', () => {
    const store = new ColumnStore(allocateColumns(LENGTH, LENGTH * 8 * 10))
    const { get } = counting()
    const held = Array.from({ length: 40 }, (_, k) => get(store, `k${k}`))
    expect(held.filter(column => column !== undefined)).toHaveLength(10)
    held.forEach((column, k) => expect(column?.[500] ?? k).toBe(k))
  })

  it('does not share a key that is longer than its place', () => {
    const store = new ColumnStore(allocateColumns(LENGTH, 1e6))
    expect(store.get('x'.repeat(200), () => undefined)).toBeUndefined()
  })

  it('gives every thread the same columns, each computed once in all', async () => {
    const shared = allocateColumns(LENGTH, 1e7)
    const counts = new SharedArrayBuffer(4)
    const script = await threadScript()
    const sums = await Promise.all(
      [1, 2, 3, 4].map(
        seed =>
          new Promise<number>((resolve, reject) => {
            const worker = new Worker(script, { workerData: { shared, counts, seed } })
            worker.on('message', resolve)
            worker.on('error', reject)
          }),
      ),
    )
    expect(new Set(sums).size).toBe(1)
    expect(new Int32Array(counts)[0]).toBe(200)
  })
})

async function threadScript(): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'assay-test-')), 'thread.mjs')
  const contents = `
import { parentPort, workerData } from 'node:worker_threads'
import { ColumnStore } from './src/backtest/sweep/threads/column-store.ts'
const { shared, counts, seed } = workerData
const store = new ColumnStore(shared)
const count = new Int32Array(counts)
let sum = 0
for (let k = 0; k < 200; k++) {
  const key = 'k' + ((k * (seed * 2 + 1) * 7) % 200 === 0 ? k : (k * 37 * seed) % 200)
  for (const own of [key, 'k' + k]) {
    const column = store.get(own, values => {
      Atomics.add(count, 0, 1)
      for (let i = 0; i < values.length; i++) values[i] = Number(own.slice(1))
    })
    if (column[0] !== Number(own.slice(1)) || column[999] !== column[0]) throw new Error(own)
  }
  sum += store.get('k' + k, () => { throw new Error('lost') })[500]
}
parentPort.postMessage(sum)
`
  await build({
    stdin: { contents, resolveDir: join(import.meta.dirname, '../../../..'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: file,
  })
  return file
}
