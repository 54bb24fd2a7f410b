import type { Millis } from '../../../core/candles/time.js'
import type { SourcePause } from '../../../core/ports/market/fetches.js'
import type { Clock } from '../clock.js'
import { NetworkError, type Answer, type HttpClient } from '../http/http-client.js'
import { RequestGate } from '../http/request-gate.js'
import { PageError, type Refusal, type SourceLimits, type Verdict } from '../source.js'

/** A request that nothing more will come of, and why. */
export class AskError extends Error {
  readonly why: Refusal | 'away' | 'banned' | 'failed' | 'unavailable'
  /** When it may be tried again, where that is known. */
  readonly until: Millis | undefined

  constructor(why: AskError['why'], reason: string, until?: Millis) {
    super(reason)
    this.why = why
    this.until = until
  }
}

export interface AskerOptions {
  readonly http: HttpClient
  readonly clock: Clock
  readonly address: string
  readonly limits: SourceLimits
  /** Requests in a second, instead of half of what the source allows; 0 for no limit. */
  readonly rate: number | undefined
  readonly headers: Readonly<Record<string, string>>
  /** Remembers a ban beyond this process. */
  readonly onPause: (host: string, pause: SourcePause) => Promise<void>
  readonly onRemark: (message: string) => void
  /** How often a question is asked that has no whole answer; five times where it is missing. */
  readonly tries?: number
  /** Whether a host that has answered once is asked for ever, however long it is away. */
  readonly isPatient?: boolean
  /** Ends all waiting: what is asked then fails. */
  readonly signal?: AbortSignal
}

/** What may be right the next time. */
interface Retry {
  readonly kind: 'retry'
  readonly reason: string
  /** Whether nothing at all was answered. */
  readonly isSilent?: boolean
}

/** What one request is, and how its answer is taken. */
export interface Question<T> {
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly judge: (answer: Answer) => Verdict
  /** @throws PageError */
  readonly read: (answer: Answer) => T
  readonly load?: ((answer: Answer) => number | null) | undefined
}

const TRIES = 5
/** So many questions in a row without any answer, and a host is taken to be away. */
const SILENT_MAX = 3
const BACKOFF_MS = 1000
const BACKOFF_MAX_MS = 60_000
/** How long a host is left alone that does not say. */
const WAIT_MS = 60_000
const WAIT_MAX_MS = 15 * 60_000
/** A host that asks to wait so often in a row is not asked again. */
const WAITS_MAX = 5
/** A source is loaded to this share of its limit, for others use the address too. */
const SHARE = 0.5
const LOAD_MAX = 0.9

/**
 * Asks one address: within its limits, again where that may help, and not at all while it wants to
 * be left alone.
 */
export class Asker {
  readonly host: string
  private readonly options: AskerOptions
  private readonly gate: RequestGate
  private waits = 0
  private silent = 0
  private hasAnswered = false
  private over: AskError | undefined

  constructor(options: AskerOptions) {
    this.options = options
    this.host = new URL(options.address).host
    this.gate = new RequestGate(spacingOf(options), options.clock, options.signal)
  }

  /** @throws AskError */
  async ask<T>(question: Question<T>): Promise<T> {
    for (let tries = 1; ;) {
      const result = await this.once(question)
      if ('value' in result) return result.value
      if (result.kind === 'again') continue
      if (tries >= (this.options.tries ?? TRIES)) throw this.givenUp(result)
      await this.options.clock.sleep(this.backoff(tries), this.options.signal)
      tries++
    }
  }

  private async once<T>(question: Question<T>): Promise<{ value: T } | { kind: 'again' } | Retry> {
    const { done } = await this.gate.enter()
    let isFine = false
    try {
      if (this.over !== undefined) throw this.over
      if (this.options.signal?.aborted === true)
        throw new AskError('failed', 'nothing more is asked')
      const answer = await this.send(question)
      this.silent = 0
      this.hasAnswered = true
      const verdict = question.judge(answer)
      isFine = verdict.kind !== 'wait' && verdict.kind !== 'banned'
      if (verdict.kind === 'answered') return { value: this.taken(answer, question) }
      return await this.obey(verdict)
    } catch (error) {
      if (error instanceof PageError) return { kind: 'retry', reason: error.message }
      if (!(error instanceof NetworkError)) throw error
      const mayPass = error.isPassing || this.outlasts
      if (mayPass) return { kind: 'retry', reason: error.message, isSilent: true }
      throw (this.over = new AskError('away', error.message))
    } finally {
      done(isFine)
    }
  }

  /** A feed goes on after an outage: what was reached once can be reached again. */
  private get outlasts(): boolean {
    return this.options.isPatient === true && this.hasAnswered
  }

  /** A question of which nothing came; after several without any answer, no more are asked. */
  private givenUp({ reason, isSilent = false }: Retry): AskError {
    if (isSilent) this.silent++
    if (this.silent < SILENT_MAX || this.outlasts) return new AskError('failed', reason)
    return (this.over = new AskError('away', reason))
  }

  private send({ path, headers }: Question<unknown>): Promise<Answer> {
    const { http, address } = this.options
    return http(address + path, { ...this.options.headers, ...headers })
  }

  private taken<T>(answer: Answer, { read, load }: Question<T>): T {
    this.waits = 0
    if ((load?.(answer) ?? 0) > LOAD_MAX) this.gate.close(this.options.limits.perMs)
    return read(answer)
  }

  private async obey(
    verdict: Exclude<Verdict, { kind: 'answered' }>,
  ): Promise<{ kind: 'again' } | Retry> {
    switch (verdict.kind) {
      case 'retry':
        return verdict
      case 'wait':
        return this.wait(verdict.ms ?? WAIT_MS, verdict.reason)
      case 'banned':
        throw await this.ban(verdict.ms, verdict.reason)
      case 'unavailable':
        throw new AskError('unavailable', verdict.reason)
      case 'refused':
        throw (this.over = new AskError(verdict.why, verdict.reason))
    }
  }

  private async wait(ms: Millis, reason: string): Promise<{ kind: 'again' }> {
    this.waits++
    if (ms > WAIT_MAX_MS || this.waits > WAITS_MAX) throw await this.ban(ms, reason)
    const longer = Math.ceil(ms * 1.1)
    this.options.onRemark(`${this.host}: ${reason}; waiting ${Math.ceil(longer / 1000)} s`)
    this.gate.close(longer)
    return { kind: 'again' }
  }

  private async ban(ms: Millis, reason: string): Promise<AskError> {
    const until = this.options.clock.now() + ms
    await this.options.onPause(this.host, { until, reason })
    return (this.over = new AskError('banned', reason, until))
  }

  /** Twice as long each time, from nothing to that, so that not all come back at once. */
  private backoff(tries: number): Millis {
    const most = Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** (tries - 1))
    return Math.round(most * this.options.clock.random())
  }
}

function spacingOf({ rate, limits }: AskerOptions): Millis {
  if (rate === 0) return 0
  if (rate !== undefined) return 1000 / rate
  return limits.perMs / (limits.requests * SHARE)
}
