import { table } from '../../core/text-table.js'
import type { SessionRecord } from '../../core/ports/trading/sessions.js'
import type { ChainWord, ComparedAttempt } from './chain-differences.js'
import type { Difference } from './difference.js'

/** What was compared of a wallet. */
export interface Reconciled {
  readonly wallet: string
  readonly sessions: readonly SessionRecord[]
  readonly orders: number
  readonly attempts: readonly ComparedAttempt[]
  readonly differences: readonly Difference[]
}

/** What was compared, and each difference with its explanation, for people. */
export function reconcileText({
  wallet,
  sessions,
  orders,
  attempts,
  differences,
}: Reconciled): string {
  const said = (word: ChainWord): number => attempts.filter(({ chain }) => chain === word).length
  const facts: [string, string][] = [
    ['wallet', wallet],
    ['sessions', String(sessions.length)],
    ['orders', String(orders)],
    [
      'attempts',
      `${attempts.length}: ${said('landed')} landed, ${said('failed')} failed, ${said('unknown')} unknown to the chain`,
    ],
    ['differences', String(differences.length)],
  ]
  const lines = facts.map(([name, value]) => `${name.padEnd(12)} ${value}`)
  const found = differences.flatMap(
    ({ kind, order, signature, expected, found: is, explanation }) => [
      '',
      `${kind}: ${explanation}`,
      ...[
        ['order', order],
        ['transaction', signature],
        ['in the books', expected],
        ['found', is],
      ].flatMap(([name, value]) => (value === null ? [] : [`  ${name!.padEnd(12)} ${value}`])),
    ],
  )
  const heads = ['order', 'attempt', 'journal', 'chain', 'signature']
  const rows = attempts.map(({ order, number, journal, chain, signature }) => [
    order,
    String(number),
    journal,
    chain,
    signature,
  ])
  return [...lines, ...(rows.length === 0 ? [] : ['', table(heads, rows)]), ...found, ''].join('\n')
}
