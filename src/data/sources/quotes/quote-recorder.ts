import type { QuoteRepository, RecordedQuote } from '../../../core/ports/market/quotes.js'
import type { Clock } from '../clock.js'
import { AskError, type Asker } from '../fetch/asker.js'
import { unitsOf, type QuotedCoin } from './coin-units.js'
import {
  JUPITER_ADAPTER,
  judgeQuote,
  quotePath,
  readQuote,
  type QuoteAnswer,
  type QuoteRequest,
} from './jupiter-quote.js'

export interface RecordRequest {
  readonly symbol: string
  readonly base: QuotedCoin
  readonly quote: QuotedCoin
  /** In units of the quote coin. */
  readonly sizes: readonly number[]
  /** How many rounds; null until it is stopped. */
  readonly rounds: number | null
}

export interface RecordDependencies {
  readonly asker: Asker
  readonly clock: Clock
  readonly quotes: QuoteRepository
  readonly signal?: AbortSignal | undefined
  readonly onRound: (round: number, quotes: readonly RecordedQuote[]) => void
}

export interface RecordReport {
  readonly rounds: number
  readonly quotes: number
  readonly failures: number
  /** What ended it before all rounds were made. */
  readonly stopped: AskError | undefined
}

/**
 * Records rounds of quotes: each size bought and sold in turn, the smallest first and once more at
 * the end, so that a round in which the market moved shows. A round is stored whole.
 */
export async function recordQuotes(
  request: RecordRequest,
  dependencies: RecordDependencies,
): Promise<RecordReport> {
  const { clock, quotes: repository, signal, onRound } = dependencies
  const sizes = [...request.sizes].sort((a, b) => a - b)
  const run = await repository.begin({
    symbol: request.symbol,
    sizes,
    baseDecimals: request.base.decimals,
    quoteDecimals: request.quote.decimals,
    adapter: JUPITER_ADAPTER,
    startedAt: clock.now(),
  })
  const report = { rounds: 0, quotes: 0, failures: 0 }
  const last = request.rounds ?? Infinity
  const isEnded = (): boolean => signal?.aborted === true
  for (let round = 0; round < last && !isEnded(); round++) {
    try {
      const made = await new Round(request, dependencies, round).make([...sizes, sizes[0]!])
      await repository.save(run, made)
      report.rounds++
      report.quotes += made.length
      report.failures += made.filter(({ status }) => status !== 'ok').length
      onRound(round, made)
    } catch (error) {
      if (!(error instanceof AskError)) throw error
      // A round that was broken off is not stored, and that is no failure.
      return { ...report, stopped: isEnded() ? undefined : error }
    }
  }
  return { ...report, stopped: undefined }
}

class Round {
  private readonly request: RecordRequest
  private readonly dependencies: RecordDependencies
  private readonly round: number
  private readonly made: RecordedQuote[] = []

  constructor(request: RecordRequest, dependencies: RecordDependencies, round: number) {
    this.request = request
    this.dependencies = dependencies
    this.round = round
  }

  async make(sizes: readonly number[]): Promise<readonly RecordedQuote[]> {
    let bought = 0n
    for (const size of sizes) {
      const spent = unitsOf(size, this.request.quote.decimals)
      const buy = await this.ask('buy', size, spent)
      // What cannot be bought is sold in the amount that the last price gives.
      bought = buy?.outAmount ?? this.scaled(bought, size)
      if (bought > 0n) await this.ask('sell', size, bought)
      this.lastSize = size
    }
    return this.made
  }

  private lastSize = 0

  private scaled(bought: bigint, size: number): bigint {
    if (this.lastSize === 0) return 0n
    return (bought * BigInt(Math.round((size / this.lastSize) * 1e6))) / 1_000_000n
  }

  private async ask(
    side: 'buy' | 'sell',
    size: number,
    amount: bigint,
  ): Promise<QuoteAnswer | null> {
    const { base, quote } = this.request
    const { clock, asker } = this.dependencies
    const [from, to] = side === 'buy' ? [quote, base] : [base, quote]
    const asked: QuoteRequest = { inputMint: from.mint, outputMint: to.mint, amount }
    const sentAt = clock.now()
    const answer = await this.answerTo(asker, asked)
    this.made.push({
      round: this.round,
      seq: this.made.length,
      side,
      size,
      inAmount: answer.quote === null ? null : String(answer.quote.inAmount),
      outAmount: answer.quote === null ? null : String(answer.quote.outAmount),
      slot: answer.quote?.slot ?? null,
      sentAt,
      answeredAt: clock.now(),
      status: answer.status,
      route: answer.quote?.route ?? [],
    })
    return answer.quote
  }

  private async answerTo(
    asker: Asker,
    asked: QuoteRequest,
  ): Promise<{ readonly quote: QuoteAnswer | null; readonly status: RecordedQuote['status'] }> {
    try {
      const quote = await asker.ask({
        path: quotePath(asked),
        judge: judgeQuote,
        read: answer => readQuote(answer, asked),
      })
      return { quote, status: quote === null ? 'no_route' : 'ok' }
    } catch (error) {
      const isEnded = this.dependencies.signal?.aborted === true
      const isAnswer = error instanceof AskError && error.why === 'failed' && !isEnded
      if (isAnswer) return { quote: null, status: 'error' }
      throw error
    }
  }
}
