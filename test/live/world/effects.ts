import type { ChainAccount, Svm } from './svm.js'
import { withTokens } from './svm.js'

/** What a program that this machine does not have would do. */
export interface Effects {
  /** Index of its instruction. */
  readonly index: number
  /** Its error; null where it succeeds. */
  readonly code: number | null
  readonly changes: readonly {
    readonly account: string
    readonly lamports?: bigint
    readonly tokens?: bigint
  }[]
  /** Books what it holds itself. @returns how to take that back */
  readonly commit: () => () => void
}

/** Its error, as JSON-RPC writes it. */
export function failureOf({ index, code }: Effects): unknown {
  return { InstructionError: [index, { Custom: code }] }
}

export function logsOf(code: number): string[] {
  const program = 'Program JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4'
  const slippage =
    'Program log: AnchorError occurred. Error Code: SlippageToleranceExceeded. Error Number: 6001. Error Message: Slippage tolerance exceeded.'
  const failed = `${program} failed: custom program error: 0x${code.toString(16)}`
  return [`${program} invoke [1]`, ...(code === 6001 ? [slippage] : []), failed]
}

/** Accounts after a simulation, with what the program would change in them. */
export function afterEffects(
  after: ReadonlyMap<string, ChainAccount>,
  { changes }: Effects,
  svm: Svm,
): ReadonlyMap<string, ChainAccount> {
  const changed = new Map(after)
  for (const { account, lamports = 0n, tokens = 0n } of changes) {
    const found = changed.get(account) ?? svm.account(account)
    if (found === null) continue
    const data = tokens === 0n ? found.data : withTokens(found.data, tokens)
    changed.set(account, { ...found, lamports: found.lamports + lamports, data })
  }
  return changed
}
