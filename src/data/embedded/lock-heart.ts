import { Worker } from 'node:worker_threads'

/**
 * Shows in a lock's time that its owner lives, from a thread of its own: the process may compute for
 * minutes. Where the lock has gone to another, which happens to a process that was stopped on another
 * machine, it ends the process before that writes anything more.
 */
const HEART = `
const { closeSync, linkSync, openSync, readFileSync, unlinkSync, utimesSync, writeFileSync, writeSync } = require('node:fs')
const { workerData } = require('node:worker_threads')
const { file, mine, beatMs, ended } = workerData
const read = () => { try { return readFileSync(file, 'utf8') } catch (error) { return error.code === 'ENOENT' ? null : mine } }
const putBack = () => {
  const draft = file + '.' + process.pid + '.back'
  try { writeFileSync(draft, mine); linkSync(draft, file) } catch {} finally { try { unlinkSync(draft) } catch {} }
}
setInterval(() => {
  let found = read()
  if (Atomics.load(ended, 0) === 1) return
  if (found === null) { putBack(); found = read() }
  if (Atomics.load(ended, 0) === 1) return
  if (found === mine) { try { const now = new Date(); utimesSync(file, now, now) } catch {} return }
  try { writeSync(2, 'error: another process has taken over the embedded database (lock "' + file + '"); this one ends, so that it writes nothing more\\n') } catch {}
  process.kill(process.pid, 'SIGKILL')
}, beatMs)
`

/** @returns what stops it; to be called before the lock is given back */
export function beat(file: string, mine: string, beatMs: number): () => void {
  const ended = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(HEART, {
    eval: true,
    workerData: { file, mine, beatMs, ended },
    env: {},
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 8 },
  })
  worker.on('error', () => undefined)
  worker.unref()
  return () => {
    Atomics.store(ended, 0, 1)
    void worker.terminate()
  }
}
