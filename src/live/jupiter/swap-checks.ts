import type { BaseUnits } from '../../core/account/money.js'
import { assertNever } from '../../core/assert.js'
import {
  ASSOCIATED_TOKEN_PROGRAM,
  COMPUTE_BUDGET_PROGRAM,
  JUPITER_PROGRAM,
  SOL_MINT,
  SYSTEM_PROGRAM,
  TOKEN_2022_PROGRAM,
  TOKEN_PROGRAM,
  TRANSACTION_BYTES_MAX,
} from '../solana/programs.js'
import { tokenAccountOf } from '../solana/tokens/token-accounts.js'
import type { Instruction, TransactionContents } from '../solana/transaction/transaction.js'
import { routeIn } from './route.js'

/** What a transaction must be for it to be signed. */
export interface ExpectedSwap {
  readonly wallet: string
  readonly givesMint: string
  readonly takesMint: string
  /** Token programs of the two mints. */
  readonly givesProgram: string
  readonly takesProgram: string
  readonly amount: BaseUnits
  readonly least: BaseUnits
  /** Network and priority fee, lamports. */
  readonly feeMax: BaseUnits
}

interface Own {
  readonly wallet: string
  readonly source: string
  readonly target: string
  /** The account of wrapped SOL, which the transaction makes and closes. */
  readonly wrapped: string
}

/** Why a transaction is not the swap that was ordered; null where it is, and nothing else. */
export function objectionTo(contents: TransactionContents, swap: ExpectedSwap): string | null {
  const own: Own = {
    wallet: swap.wallet,
    source: tokenAccountOf(swap.givesMint, swap.wallet, swap.givesProgram),
    target: tokenAccountOf(swap.takesMint, swap.wallet, swap.takesProgram),
    wrapped: tokenAccountOf(SOL_MINT, swap.wallet, TOKEN_PROGRAM),
  }
  return (
    objectionToForm(contents, swap) ??
    objectionToRoutes(contents.instructions, swap, own) ??
    firstOf(contents.instructions, instruction => objectionToStep(instruction, swap, own))
  )
}

function objectionToForm(
  { version, size, payer, signatures, fee }: TransactionContents,
  { wallet, feeMax }: ExpectedSwap,
): string | null {
  if (version !== 0) return `it is of version ${version}, not 0`
  if (size > TRANSACTION_BYTES_MAX) return `it has ${size} bytes, above ${TRANSACTION_BYTES_MAX}`
  if (payer !== wallet) return `${payer} pays for it, not the wallet`
  const missing = signatures.filter(({ signature }) => signature === null)
  if (missing.length !== 1 || missing[0]!.signer !== wallet) {
    return 'other signatures than that of the wallet are missing'
  }
  if (fee === null) return 'it does not limit its compute units'
  return fee > feeMax ? `its fee of ${fee} lamports is above ${feeMax}` : null
}

function objectionToRoutes(
  instructions: readonly Instruction[],
  swap: ExpectedSwap,
  own: Own,
): string | null {
  const ours = instructions.filter(({ program }) => program === JUPITER_PROGRAM)
  if (ours.length !== 1) return `it has ${ours.length} instructions of Jupiter, not 1`
  const route = routeIn(ours[0]!)
  if (route === undefined) return 'its instruction of Jupiter is of a kind that cannot be checked'
  const { amount, least, sourceMint, targetMint } = route
  if (sourceMint !== swap.givesMint) return `it gives ${sourceMint}, not ${swap.givesMint}`
  if (targetMint !== swap.takesMint) return `it takes ${targetMint}, not ${swap.takesMint}`
  if (amount !== swap.amount) return `it gives ${amount} units, not ${swap.amount}`
  if (least < swap.least) return `it takes ${least} units at least, not ${swap.least}`
  if (route.user !== own.wallet) return `it swaps for ${route.user}, not for the wallet`
  if (route.source !== own.source) return `it takes from ${route.source}, not from the wallet`
  const isPaidElsewhere = route.otherTarget !== undefined && route.otherTarget !== own.target
  if (route.target !== own.target || isPaidElsewhere) return 'it pays into another account'
  if (route.platformFeeBps !== 0) return `it pays a platform fee of ${route.platformFeeBps} bps`
  if (route.positiveSlippageBps !== 0) return 'it gives a better price away'
  return null
}

const STEPS = {
  [COMPUTE_BUDGET_PROGRAM]: 'budget',
  [SYSTEM_PROGRAM]: 'transfer',
  [TOKEN_PROGRAM]: 'token',
  [TOKEN_2022_PROGRAM]: 'token',
  [ASSOCIATED_TOKEN_PROGRAM]: 'account',
  [JUPITER_PROGRAM]: 'route',
} as const

/** Around the swap stands the wrapping of SOL, and the making of the wallet's own accounts. */
function objectionToStep(instruction: Instruction, swap: ExpectedSwap, own: Own): string | null {
  const { program } = instruction
  if (!Object.hasOwn(STEPS, program)) return `it calls the program ${program}`
  const kind = STEPS[program as keyof typeof STEPS]
  switch (kind) {
    case 'budget':
    case 'route':
      return null
    case 'transfer':
      return objectionToTransfer(instruction, swap, own)
    case 'token':
      return objectionToTokenStep(instruction, own)
    case 'account':
      return objectionToAccount(instruction, own)
    default:
      return assertNever(kind)
  }
}

const TRANSFER = 2

function objectionToTransfer(
  { accounts, data }: Instruction,
  { amount, givesMint }: ExpectedSwap,
  { wallet, wrapped }: Own,
): string | null {
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const isTransfer = data.length === 12 && view.getUint32(0, true) === TRANSFER
  const isWrapping = givesMint === SOL_MINT && accounts[0] === wallet && accounts[1] === wrapped
  if (!isTransfer || !isWrapping) return 'it moves SOL elsewhere than into the swap'
  const lamports = view.getBigUint64(4, true)
  return lamports > amount ? `it wraps ${lamports} lamports, above ${amount}` : null
}

const CLOSE_ACCOUNT = 9
const SYNC_NATIVE = 17

function objectionToTokenStep({ accounts, data }: Instruction, own: Own): string | null {
  const [account, receiver, owner] = accounts
  if (data.length === 1 && data[0] === SYNC_NATIVE && account === own.wrapped) return null
  const isClosing = data.length === 1 && data[0] === CLOSE_ACCOUNT && account === own.wrapped
  if (isClosing && receiver === own.wallet && owner === own.wallet) return null
  return 'it changes token accounts beside the swap'
}

/** Makes an account: 0, or no data, where it must be missing, and 1 where it may be there. */
function objectionToAccount({ accounts, data }: Instruction, { wallet }: Own): string | null {
  const isMaking = data.length === 0 || (data.length === 1 && data[0]! <= 1)
  const [payer, , owner] = accounts
  if (isMaking && payer === wallet && owner === wallet) return null
  return 'it makes an account for somebody else'
}

function firstOf<T>(items: readonly T[], objection: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = objection(item)
    if (found !== null) return found
  }
  return null
}
