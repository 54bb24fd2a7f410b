import { withWorkspace, type Workspace } from '../../workspace/compose.js'
import type { Output } from '../../output/output.js'
import type { Reach } from './watch.js'

/** Remarks of a store would stand across the page. */
const SILENT: Output = {
  print: () => undefined,
  log: () => undefined,
  draw: () => undefined,
  colour: false,
  interactive: false,
}

/**
 * Reaches the store anew for each look, so that one that was away is found again. A server is kept
 * for the next look while it answers; the embedded database belongs to the sessions and is let go.
 */
export class StoreReach {
  private kept: { readonly workspace: Workspace; readonly letGo: () => void } | null = null
  private closing: Promise<unknown> = Promise.resolve()

  readonly reach: Reach = async work => {
    if (this.kept === null) return this.first(work)
    try {
      return await work(this.kept.workspace)
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** Lets the store go. */
  close(): void {
    this.kept?.letGo()
    this.kept = null
  }

  /** Ends when all is closed. */
  async closed(): Promise<void> {
    this.close()
    await this.closing
  }

  private first<T>(work: (workspace: Workspace) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const open = withWorkspace(SILENT, async workspace => {
        const answer = await work(workspace)
        if (workspace.home.databaseUrl === null || this.kept !== null) return answer
        const ended = new Promise<void>(letGo => (this.kept = { workspace, letGo }))
        resolve(answer)
        await ended
        return answer
      })
      open.then(resolve, reject)
      this.closing = Promise.allSettled([this.closing, open])
    })
  }
}
