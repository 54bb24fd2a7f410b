import { formatTime, type Millis } from '../../core/candles/time.js'
import type { Connection } from '../../live/connection.js'
import type { LandedTransaction } from '../../live/solana/rpc/chain.js'
import { HISTORY_PAGE, type NamedTransaction } from '../../live/solana/rpc/wallet-history.js'
import { heard, type Difference } from './difference.js'

/** A wallet, and since when it is looked at. */
export interface WatchedWallet {
  readonly address: string
  /** The wallet itself, and its token accounts. */
  readonly accounts: readonly string[]
  readonly since: Millis
  /** Signatures of Assay. */
  readonly own: ReadonlySet<string>
}

/** What moved in a wallet and stands in no journal of Assay. @throws AppError NODE_AWAY */
export async function foreignMoves(
  { history, chain }: Pick<Connection, 'history' | 'chain'>,
  wallet: WatchedWallet,
): Promise<readonly Difference[]> {
  const found = new Map<string, NamedTransaction>()
  for (const account of wallet.accounts) {
    for await (const one of namedSince(history, account, wallet.since)) {
      if (!wallet.own.has(one.signature)) found.set(one.signature, one)
    }
  }
  const differences: Difference[] = []
  for (const { signature, time } of [...found.values()].sort((a, b) => a.slot - b.slot)) {
    const landed = heard(await chain.transaction(signature, 'confirmed'))
    const text = movesText(landed, wallet.address)
    if (text === null) continue
    differences.push({
      kind: 'foreign',
      session: null,
      order: null,
      signature,
      expected: 'nothing',
      found: text,
      explanation: `not by Assay${time === null ? '' : `, at ${formatTime(time)}`}: somebody else used the wallet or paid into it`,
    })
  }
  return differences
}

async function* namedSince(
  history: Connection['history'],
  account: string,
  since: Millis,
): AsyncGenerator<NamedTransaction> {
  for (let before: string | null = null; ;) {
    const page: readonly NamedTransaction[] = heard(await history.page(account, before))
    for (const one of page) {
      // Blocks tell whole seconds.
      if (one.time !== null && one.time + 1000 <= since) return
      yield one
    }
    if (page.length < HISTORY_PAGE) return
    before = page[page.length - 1]!.signature
  }
}

/** What a transaction moved in a wallet, whoever paid for it; null where nothing did. */
function movesText(landed: LandedTransaction, wallet: string): string | null {
  const at = landed.accounts.indexOf(wallet)
  const lamports = at < 0 ? 0n : landed.lamportsAfter[at]! - landed.lamportsBefore[at]!
  const mints = new Map<string, bigint>()
  for (const [balances, sign] of [
    [landed.tokensBefore, -1n],
    [landed.tokensAfter, 1n],
  ] as const) {
    for (const { owner, mint, amount } of balances) {
      if (owner === wallet) mints.set(mint, (mints.get(mint) ?? 0n) + sign * amount)
    }
  }
  const moved = [...mints].filter(([, units]) => units !== 0n)
  const parts = [
    ...(lamports === 0n ? [] : [`${signed(lamports)} lamports`]),
    ...moved.map(([mint, units]) => `${signed(units)} units of ${mint}`),
  ]
  return parts.length === 0 ? null : parts.join(', ')
}

function signed(units: bigint): string {
  return units > 0n ? `+${units}` : String(units)
}
