import { fieldOf, type Json } from '../http/exact-json.js'
import { answered, passing, type Reply } from '../reply.js'
import type { Chain } from '../solana/rpc/chain.js'
import { readMint, type MintFacts } from '../solana/tokens/mint.js'
import { SOL_MINT, TOKEN_2022_PROGRAM } from '../solana/programs.js'
import type { JupiterTransport } from './jupiter-transport.js'

/** What was found out about a token before its market may be traded. */
export interface TokenReport {
  readonly mint: string
  readonly symbol: string
  readonly decimals: number
  /** The token program that its mint belongs to. */
  readonly program: string
  /** Why it must not be traded; none where it may be. */
  readonly objections: readonly string[]
}

/** Looks at tokens before they are traded. */
export interface TokenSafety {
  /** @param trusted mints whose issuer may freeze or make more of them, as that of a dollar may */
  check(
    mints: readonly string[],
    trusted: ReadonlySet<string>,
  ): Promise<Reply<readonly TokenReport[]>>
}

/** Extensions of Token-2022 that change what a swap brings, or who may take a token away. */
const BAD_EXTENSIONS: Readonly<Record<number, string>> = {
  1: 'a fee on each transfer',
  6: 'accounts that are frozen from the beginning',
  9: 'a rule that it cannot be transferred',
  12: 'a delegate who may take it out of any account',
  14: 'a program that each transfer calls',
  26: 'somebody who may pause it',
}

/** Asks the chain what a token is, and Jupiter what is known of it. */
export function tokenSafety(transport: JupiterTransport, chain: Chain): TokenSafety {
  return {
    check: async (mints, trusted) => {
      const [accounts, listed] = await Promise.all([
        chain.accounts(mints, 0),
        transport.get(`/tokens/v2/search?query=${mints.join(',')}`),
      ])
      if (accounts.kind === 'failed') return accounts
      if (listed.kind === 'failed') return listed
      if (!Array.isArray(listed.value)) return passing('Jupiter lists no tokens')
      const notes = listed.value as readonly Json[]
      return answered(
        mints.map(mint => {
          const account = accounts.value.accounts.get(mint) ?? null
          const facts = account === null ? undefined : readMint(account)
          const note = notes.find(entry => fieldOf(entry, 'id') === mint)
          return reportOf(mint, { facts, note, isTrusted: trusted.has(mint) })
        }),
      )
    },
  }
}

interface Found {
  readonly facts: MintFacts | undefined
  readonly note: Json | undefined
  readonly isTrusted: boolean
}

function reportOf(mint: string, found: Found): TokenReport {
  const { facts, note } = found
  const symbol = fieldOf(note, 'symbol')
  return {
    mint,
    symbol: typeof symbol === 'string' ? symbol : mint.slice(0, 4),
    decimals: facts?.decimals ?? 0,
    program: facts?.program ?? '',
    objections:
      facts === undefined
        ? ['its address is that of no token']
        : [...objectionsOfChain(mint, facts, found.isTrusted), ...objectionsOfList(facts, note)],
  }
}

function objectionsOfChain(mint: string, facts: MintFacts, isTrusted: boolean): string[] {
  const { mintAuthority, freezeAuthority, program, extensions } = facts
  const found: string[] = []
  // Nobody holds the rights of wrapped SOL, and the chain backs it.
  const isFree = isTrusted || mint === SOL_MINT
  if (mintAuthority !== null && !isFree) found.push(`${mintAuthority} may make more of it`)
  if (freezeAuthority !== null && !isFree)
    found.push(`${freezeAuthority} may freeze accounts of it`)
  if (program !== TOKEN_2022_PROGRAM) return found
  for (const type of extensions) {
    const what = BAD_EXTENSIONS[type]
    if (what !== undefined) found.push(`it has ${what}`)
  }
  return found
}

function objectionsOfList(facts: MintFacts, note: Json | undefined): string[] {
  if (note === undefined) return ['Jupiter does not know it']
  const found: string[] = []
  if (fieldOf(note, 'isVerified') !== true) found.push('Jupiter has not verified it')
  if (fieldOf(note, 'audit', 'isSus') === true) found.push('Jupiter calls it suspicious')
  if (fieldOf(note, 'decimals') !== facts.decimals) {
    found.push(`the chain says ${facts.decimals} decimal places, Jupiter another number`)
  }
  return found
}
