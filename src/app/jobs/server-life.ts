import { INTERRUPTED, type JobProblem } from '../../core/ports/server/jobs.js'
import type { LivingServer } from '../../core/ports/server/servers.js'
import { newOwner, ownerText, parseOwner, processOf } from '../../data/embedded/lock-owner.js'
import type { Workspace } from '../workspace/compose.js'
import { newId } from '../workspace/new-id.js'

const BEAT_MS = 5_000
/** A server that has shown no sign of life for so long is gone. */
export const GONE_AFTER_MS = 15_000

const CUT: JobProblem = {
  code: INTERRUPTED,
  message: 'the server ended before the job did',
  hint: 'ask for it again: a sweep goes on from the sets that are stored, a run gives the same result',
}

/**
 * Shows that a server lives for as long as it does, and sees which others of its database have gone:
 * what they left behind is nobody's, and is marked. Those that live keep what is theirs.
 */
export class ServerLife {
  readonly serverId = newId()
  private readonly workspace: Workspace
  private readonly owner = ownerText(newOwner())
  private timer: NodeJS.Timeout | undefined

  constructor(workspace: Workspace) {
    this.workspace = workspace
  }

  /** Enters this server, and goes on to show that it lives. @returns how many jobs others had left */
  async begin(): Promise<number> {
    const found = await this.look()
    let isTold = false
    this.timer = setInterval(() => {
      this.look().then(
        () => (isTold = false),
        (error: unknown) => {
          // Once for each time that the database goes away.
          if (!isTold)
            this.workspace.output.log(`no sign of life can be stored just now: ${String(error)}`)
          isTold = true
        },
      )
    }, BEAT_MS)
    return found
  }

  /** Shows that it lives, strikes out who does not, and marks what they left. @returns how many jobs */
  async look(): Promise<number> {
    const register = await this.workspace.servers()
    const { serverId, owner } = this
    await register.beat({ serverId, owner })
    const gone = (await register.list()).filter(
      one => one.serverId !== serverId && hasGone(one, GONE_AFTER_MS),
    )
    if (gone.length > 0) await register.remove(gone.map(one => one.serverId))
    return this.markLeft()
  }

  /** Strikes this server out, and marks what it leaves. */
  async end(): Promise<void> {
    clearInterval(this.timer)
    await (await this.workspace.servers()).remove([this.serverId])
    await this.markLeft()
  }

  private async markLeft(): Promise<number> {
    const jobs = await this.workspace.jobs()
    return (await jobs.interrupt(this.workspace.clock.now(), CUT)).length
  }
}

/** Whether a server has gone: its process is not there any more, or it was silent for too long. */
export function hasGone({ owner, silentMs }: LivingServer, goneAfterMs: number): boolean {
  if (silentMs > goneAfterMs) return true
  const known = parseOwner(owner)
  return known !== undefined && processOf(known) === 'dead'
}
