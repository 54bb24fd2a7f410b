import { randomUUID } from 'node:crypto'
import { AppError } from '../../core/errors.js'
import type { Clock } from '../../core/ports/clock.js'
import type { StateStore } from '../../core/ports/trading/state.js'
import type { Workspace } from '../workspace/compose.js'
import { standingOf } from './session/session-lookup.js'

/** A wallet that is this session's alone, as long as its lease is renewed. */
export interface WalletLease {
  /** Aborted, with the reason, when another has taken it. While Redis is away nobody can. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

const LEASE_MS = 15_000
const RENEW_MS = 3_000

/**
 * Takes a wallet for a session: one swap at a time is under way on it. The lease in Redis keeps a second
 * runner away at once; the fence of the session in the database is what holds where Redis forgets.
 * @throws AppError SESSION_TAKEN
 */
export async function leaseWallet(
  workspace: Workspace,
  { address, sessionId }: { readonly address: string; readonly sessionId: string },
  clock: Clock,
): Promise<WalletLease> {
  const key = `lease:wallet:${address}`
  const owner = `${sessionId} ${randomUUID()}`
  const state = await workspace.state()
  await refuseOthers(workspace, { address, sessionId }, clock)
  if (!(await state.lease(key, owner, LEASE_MS))) {
    const holder = ((await state.read(key)) ?? '').split(' ')[0]
    throw new AppError(
      'SESSION_TAKEN',
      `the wallet ${address} is in the hands of session ${holder}`,
      {
        hint: `stop that one, or wait ${LEASE_MS / 1000} s where its process is gone`,
      },
    )
  }
  const [lost, over] = [new AbortController(), new AbortController()]
  const renewing = renew()
  async function renew(): Promise<void> {
    while (!over.signal.aborted) {
      await clock.sleep(RENEW_MS, over.signal)
      if (over.signal.aborted) return
      const isMine = await state.lease(key, owner, LEASE_MS).catch(() => null)
      if (isMine === false) return lost.abort(await lossOf(state, key, address))
    }
  }
  return {
    lost: lost.signal,
    release: async () => {
      over.abort()
      await renewing
      await state.release(key, owner).catch(() => undefined)
    },
  }
}

async function lossOf(state: StateStore, key: string, address: string): Promise<AppError> {
  const text = await state.read(key).catch(() => null)
  const holder = text === null ? 'somebody' : `session ${text.split(' ')[0]}`
  return new AppError(
    'SESSION_TAKEN',
    `${holder} has taken the wallet ${address} while this process was silent; this one stops`,
    { hint: 'let one of them run; what is open on the chain is driven on by whoever goes on' },
  )
}

/** Redis may have been emptied: the database knows who trades. */
async function refuseOthers(
  workspace: Workspace,
  { address, sessionId }: { readonly address: string; readonly sessionId: string },
  clock: Clock,
): Promise<void> {
  const sessions = await (await workspace.sessions()).list(1000)
  const other = sessions.find(
    session =>
      session.mode === 'live' &&
      session.sessionId !== sessionId &&
      (session.manifest as { readonly wallet?: unknown }).wallet === address &&
      standingOf(session, clock.now()) === 'running',
  )
  if (other === undefined) return
  throw new AppError(
    'SESSION_TAKEN',
    `live session ${other.sessionId} trades with the wallet ${address}`,
    {
      hint: 'one process at a time trades with a wallet; stop that one first',
    },
  )
}
