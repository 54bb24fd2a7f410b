import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export const USDC = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'

/** What a request is answered with instead of a quote. */
export interface PoolReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Answers quotes as Jupiter does, from one pool of constant product with a fee, in whole units. Its
 * price walks between rounds; its slot grows with each answer.
 */
export class PoolStandIn {
  /** Base coins and quote coins in the pool. */
  base = 2_000_000
  quote = 285_000_000
  feeBps = 2
  requests = 0
  slot = 405_000_000
  fault: (request: { readonly url: URL; readonly count: number }) => PoolReply | undefined = () =>
    undefined
  private server: Server | undefined

  get address(): string {
    return `http://127.0.0.1:${(this.server!.address() as AddressInfo).port}`
  }

  async start(): Promise<this> {
    this.server = createServer((request, response) => {
      const url = new URL(request.url!, 'http://pool')
      this.requests++
      const reply = this.fault({ url, count: this.requests }) ?? this.quoteFor(url)
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
      response.end(reply.body)
    })
    await new Promise<void>(resolve => this.server!.listen(0, '127.0.0.1', resolve))
    return this
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections()
    await new Promise(resolve => this.server?.close(resolve))
  }

  /** Moves the middle by a share. */
  move(share: number): void {
    this.quote *= Math.sqrt(1 + share)
    this.base /= Math.sqrt(1 + share)
  }

  /** Cost of a size in quote coins against the middle of the pool, basis points. */
  trueCost(size: number): number {
    const fee = this.feeBps / 10_000
    const given = size * (1 - fee)
    const out = (this.base * given) / (this.quote + given)
    return Math.abs(size / out / (this.quote / this.base) - 1) * 10_000
  }

  private quoteFor(url: URL): PoolReply {
    if (url.pathname !== '/swap/v1/quote') return { status: 404, body: '{}' }
    const text = (name: string): string => url.searchParams.get(name)!
    const [inputMint, outputMint, amount] = [text('inputMint'), text('outputMint'), text('amount')]
    const isBuy = inputMint === USDC
    const unit = (value: number, decimals: number): bigint =>
      BigInt(Math.round(value * 10 ** decimals))
    const [base, quote] = [unit(this.base, 9), unit(this.quote, 6)]
    const [has, gives] = isBuy ? [quote, base] : [base, quote]
    const given = (BigInt(amount) * BigInt(10_000 - this.feeBps)) / 10_000n
    const outAmount = String((gives * given) / (has + given))
    this.slot += 1
    return {
      status: 200,
      body: JSON.stringify({
        inputMint,
        inAmount: amount,
        outputMint,
        outAmount,
        otherAmountThreshold: outAmount,
        swapMode: 'ExactIn',
        slippageBps: 50,
        platformFee: null,
        priceImpactPct: '0',
        routePlan: [
          {
            swapInfo: { ammKey: 'Pool', label: 'Stand-in', inputMint, outputMint },
            percent: 100,
          },
        ],
        contextSlot: this.slot,
        timeTaken: 0.004,
      }),
    }
  }
}
