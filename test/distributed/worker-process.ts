import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '../cli/assay.js'

/** An `assay worker` as a user starts it. */
export interface WorkerProcess {
  readonly pid: number
  /** What it has written on standard error. */
  log(): string
  /** Waits until its log matches. */
  says(pattern: RegExp): Promise<void>
  kill(signal: NodeJS.Signals): void
  /** Its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>
}

/** Starts a worker with a home and working folder of its own, as on another machine. */
export function startWorker(
  env: Readonly<Record<string, string>>,
  folder: string,
  ...flags: string[]
): WorkerProcess {
  mkdirSync(folder, { recursive: true })
  const child = spawn(process.execPath, [join(REPOSITORY, 'bin/assay.js'), 'worker', ...flags], {
    cwd: folder,
    env: { ...process.env, ASSAY_HOME: join(folder, '.assay'), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  let isOver = false
  void ended.then(() => (isOver = true))
  return {
    pid: child.pid!,
    log: () => log,
    says: async pattern => {
      while (!pattern.test(log)) {
        if (isOver) throw new Error(`the worker ended before it said ${pattern}: ${log}`)
        await Promise.race([once(child.stderr, 'data'), ended])
      }
    },
    kill: signal => void child.kill(signal),
    ended,
  }
}
