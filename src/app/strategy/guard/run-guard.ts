import { getHeapStatistics, promiseHooks } from 'node:v8'
import { isMainThread, Worker } from 'node:worker_threads'
import { AppError } from '../../../core/errors.js'
import { BuiltIns } from './built-ins.js'

/** What a run may take beside its candles: threads of a sweep give a strategy less. */
const ROOM_BYTES = 768 * 2 ** 20
/** Columns, trades and the curve of a run, for each candle. */
const CANDLE_BYTES = 250
/** Of what the interpreter has left for objects: at its end it aborts the process. */
const HEAP_SHARE = 0.8

const [IDLE, RUNNING, EXCEEDED] = [0, 1, 2]

/**
 * Looks from beside at the memory of the process while it runs a strategy, and interrupts it as
 * Ctrl-C would where that is too much.
 */
const WATCHER = `
const { workerData } = require('node:worker_threads')
const { state, most } = workerData
setInterval(() => {
  if (Atomics.load(state, 0) !== ${RUNNING} || process.memoryUsage.rss() < most[0]) return
  if (Atomics.compareExchange(state, 0, ${RUNNING}, ${EXCEEDED}) === ${RUNNING}) process.kill(process.pid, 'SIGINT')
}, 10)
`

let guard: RunGuard | undefined

/** Guards this process against the code of strategy files, from the first that it loads. */
export function guardProcess(): void {
  guard ??= new RunGuard()
}

/** The guard of this process; undefined where it has loaded no strategy file. */
export function runGuard(): RunGuard | undefined {
  return guard
}

/** What is watched while code of a user's runs: what it allocates, and that it leaves nothing behind. */
export class RunGuard {
  /** Whether an interruption can reach the run: only the main thread hears it. */
  readonly interrupts = isMainThread && process.platform !== 'win32'
  private readonly state = new Int32Array(new SharedArrayBuffer(4))
  private readonly most = new Float64Array(new SharedArrayBuffer(8))
  private readonly builtIns: BuiltIns
  private running = false
  private promises = 0

  constructor() {
    refuseMadeCode()
    this.builtIns = new BuiltIns()
    if (!this.interrupts) return
    const workerData = { state: this.state, most: this.most }
    const watcher = new Worker(WATCHER, { eval: true, workerData, env: {}, execArgv: [] })
    watcher.on('error', () => undefined)
    watcher.unref()
  }

  get isRunning(): boolean {
    return this.running
  }

  /** Runs the work under watch. */
  run<T>(candles: number, work: () => T): T {
    this.running = true
    const unhook = promiseHooks.onInit(() => (this.promises += 1)) as unknown as () => void
    this.promises = 0
    this.begin(candles)
    try {
      const result = work()
      if (this.promises > 0) throw leavesPromise()
      return result
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED' ? this.interrupted() : error
    } finally {
      unhook()
      this.running = false
      this.end()
      // Not for single calls, of which a sweep makes a million: the next run finds it.
      if (candles > 0) this.requireBuiltIns()
    }
  }

  /**
   * Puts back what of the language a strategy has changed, so that no other code runs with it.
   * @throws AppError STRATEGY_FAILED that names it
   */
  requireBuiltIns(): void {
    const changed = this.restoreBuiltIns()
    if (changed !== null) throw changesLanguage(changed)
  }

  /** As `requireBuiltIns`, and gives what was changed first; null for nothing. */
  restoreBuiltIns(): string | null {
    return this.builtIns.restore()
  }

  /** Why a run was interrupted: for its memory, or by the user, who is then obeyed. */
  private interrupted(): AppError {
    if (Atomics.load(this.state, 0) === EXCEEDED) return outOfMemory()
    process.kill(process.pid, 'SIGINT')
    return new AppError('STRATEGY_ENDED', 'the run was interrupted')
  }

  private begin(candles: number): void {
    const { heap_size_limit: limit, used_heap_size: used } = getHeapStatistics()
    const room = Math.min((limit - used) * HEAP_SHARE, ROOM_BYTES + CANDLE_BYTES * candles)
    this.most[0] = process.memoryUsage.rss() + room
    Atomics.store(this.state, 0, RUNNING)
  }

  /** An interruption that comes when the run is over finds somebody who takes it. */
  private end(): void {
    if (Atomics.exchange(this.state, 0, IDLE) !== EXCEEDED) return
    const ignore = (): void => undefined
    process.on('SIGINT', ignore)
    setTimeout(() => process.off('SIGINT', ignore), 100).unref()
  }
}

function changesLanguage(what: string): AppError {
  return new AppError('STRATEGY_FAILED', `a strategy changed ${what}, which belongs to all code`, {
    hint: 'its results are worth nothing; write a function of your own instead',
    data: { changed: what },
  })
}

function leavesPromise(): AppError {
  return new AppError('STRATEGY_ENDED', 'a strategy left a promise behind', {
    hint: 'a strategy waits for nothing: what it decides, it decides at once',
  })
}

function outOfMemory(): AppError {
  const mb = Math.round(ROOM_BYTES / 2 ** 20)
  return new AppError('OUT_OF_MEMORY', `a strategy took more than ${mb} MB of memory`, {
    hint: 'look for a list in it that grows without end',
  })
}

/** Marks a constructor that makes no code. */
const REFUSES = Symbol.for('assay.refuses')

/**
 * Code cannot be made of text by way of a function's constructor: the names for it are refused to a
 * strategy, but every function leads to one.
 */
function refuseMadeCode(): void {
  const samples = [
    function () {},
    async function () {},
    function* () {},
    async function* () {},
  ] as readonly object[]
  for (const sample of samples) {
    const prototype = Object.getPrototypeOf(sample) as object
    // Another copy of Assay in this process has been here.
    if (REFUSES in prototype.constructor) continue
    const { name } = prototype.constructor
    const refusing = function (): never {
      throw new Error(`a strategy makes no code: ${name} is not available in a strategy`)
    }
    Object.defineProperty(refusing, REFUSES, { value: true })
    Object.defineProperty(refusing, 'name', { value: name })
    Object.defineProperty(refusing, 'prototype', { value: prototype })
    Object.defineProperty(prototype, 'constructor', {
      value: refusing,
      writable: false,
      configurable: true,
    })
  }
}
