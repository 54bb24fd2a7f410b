import type { HeldAccount } from '../rpc/chain.js'
import { toBase58 } from '../base58.js'
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../programs.js'

/** What the account of a mint says of its token. */
export interface MintFacts {
  /** The token program that it belongs to. */
  readonly program: string
  readonly decimals: number
  readonly supply: bigint
  /** Who may make more of it; null for nobody. */
  readonly mintAuthority: string | null
  /** Who may freeze accounts of it; null for nobody. */
  readonly freezeAuthority: string | null
  /** Types of its extensions, of Token-2022 alone. */
  readonly extensions: readonly number[]
}

const MINT_BYTES = 82
/** Where the extensions of a Token-2022 mint begin: behind the kind of the account. */
const EXTENSIONS_AT = 166

/** Reads the account of a mint; undefined for what is none. https://spl.solana.com/token-2022/extensions */
export function readMint({ owner, data }: HeldAccount): MintFacts | undefined {
  const isProgram = owner === TOKEN_PROGRAM || owner === TOKEN_2022_PROGRAM
  const isMint = data.length === MINT_BYTES || (data.length > EXTENSIONS_AT && data[165] === 1)
  if (!isProgram || !isMint || data[45] !== 1) return undefined
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const authority = (at: number): string | null =>
    view.getUint32(at, true) === 1 ? toBase58(data.subarray(at + 4, at + 36)) : null
  return {
    program: owner,
    decimals: data[44]!,
    supply: view.getBigUint64(36, true),
    mintAuthority: authority(0),
    freezeAuthority: authority(46),
    extensions: extensionsIn(view),
  }
}

/** Each has its type, its length, and so many bytes. */
function extensionsIn(view: DataView): number[] {
  const types: number[] = []
  for (let at = EXTENSIONS_AT; at + 4 <= view.byteLength;) {
    const type = view.getUint16(at, true)
    if (type === 0) break
    types.push(type)
    at += 4 + view.getUint16(at + 2, true)
  }
  return types
}
