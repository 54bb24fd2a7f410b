import { AppError } from '../../core/errors.js'
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../../live/solana/programs.js'

/** What a wallet holds of a token. */
export interface TokenBalance {
  readonly mint: string
  /** As the chain writes it: tokens, not units. */
  readonly amount: string
  readonly decimals: number
}

const TIMEOUT_MS = 10_000
/** The first block of mainnet, by which a node shows which chain it serves. */
const CLUSTERS: Readonly<Record<string, string>> = {
  mainnet: '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d',
  devnet: 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG',
}

/** A node of the chain, asked for what a wallet has. */
export class WalletNode {
  /** Its host alone: addresses of nodes hold keys. */
  readonly host: string
  private readonly url: string

  /** @throws AppError USAGE */
  constructor(url: string) {
    this.url = url
    try {
      this.host = new URL(url).host
    } catch {
      throw new AppError('USAGE', 'the address of the node is none', {
        hint: 'write it as https://host/path',
      })
    }
  }

  /** The name of the cluster that it serves, or its first block where it is another. */
  async cluster(): Promise<string> {
    const genesis = String(await this.ask('getGenesisHash', []))
    return Object.keys(CLUSTERS).find(name => CLUSTERS[name] === genesis) ?? genesis
  }

  /** Lamports. */
  async lamports(address: string): Promise<bigint> {
    const { value } = fields(await this.ask('getBalance', [address, { commitment: 'confirmed' }]))
    if (typeof value !== 'number') throw this.away('its balance cannot be read')
    return BigInt(value)
  }

  async tokens(address: string): Promise<readonly TokenBalance[]> {
    const found = await Promise.all(
      [TOKEN_PROGRAM, TOKEN_2022_PROGRAM].map(programId =>
        this.ask('getTokenAccountsByOwner', [
          address,
          { programId },
          { encoding: 'jsonParsed', commitment: 'confirmed' },
        ]),
      ),
    )
    return found.flatMap(answer => {
      const { value } = fields(answer)
      if (!Array.isArray(value)) throw this.away('its token accounts cannot be read')
      return value.map(account => this.balanceOf(account))
    })
  }

  private balanceOf(entry: unknown): TokenBalance {
    const path = ['account', 'data', 'parsed', 'info']
    const info = fields(path.reduce((value, name) => fields(value)[name], entry))
    const { uiAmountString, decimals } = fields(info['tokenAmount'])
    const { mint } = info
    if (typeof mint !== 'string' || typeof uiAmountString !== 'string')
      throw this.away('its token accounts cannot be read')
    return { mint, amount: uiAmountString, decimals: Number(decimals) }
  }

  private async ask(method: string, params: readonly unknown[]): Promise<unknown> {
    const { status, body } = await this.post(
      JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    )
    const { result, error } = fields(body)
    if (error !== undefined && error !== null)
      throw this.away(`${method}: ${String(fields(error)['message'])}`)
    if (result === undefined) throw this.away(`${method} was answered with status ${status}`)
    return result
  }

  private async post(body: string): Promise<{ status: number; body: unknown }> {
    try {
      const answer = await fetch(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      return { status: answer.status, body: await answer.json().catch(() => undefined) }
    } catch (error) {
      const { name, cause } = error as Error
      const code = (cause as { readonly code?: unknown } | undefined)?.code
      throw this.away(
        name === 'TimeoutError' ? `no answer within ${TIMEOUT_MS / 1000} s` : String(code ?? name),
      )
    }
  }

  private away(reason: string): AppError {
    return new AppError('NODE_AWAY', `the node ${this.host} does not answer: ${reason}`, {
      hint: 'see that --rpc or SOLANA_RPC_URL names a node that you may use, and try again',
    })
  }
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return Object(value) as Readonly<Record<string, unknown>>
}
