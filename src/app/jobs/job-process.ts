import type { JobProgress, JobProblem } from '../../core/ports/server/jobs.js'
import { withPlace } from '../strategy/strategy-place.js'
import { withWorkspace } from '../workspace/compose.js'
import { placeless } from '../workspace/placeless.js'
import { addressSecrets, masked } from '../output/secrets.js'
import { doJob, problemOfJob, type JobRequest } from './job-work.js'

/** What the process of a job tells the server. */
export type JobMessage =
  | { readonly progress: JobProgress }
  | { readonly result: unknown }
  | { readonly problem: JobProblem }

/** A server is told of progress no more often than this. */
const TELL_MS = 250

/** The process of one job: it is told what to do, does it, tells what came of it, and ends. */
function awaitJob(): void {
  process.once('message', (job: JobRequest) => {
    void run(job).then(message => {
      process.send!(message, () => process.exit(0))
    })
  })
  // Whoever asked has gone: nobody would hear of the result.
  process.once('disconnect', () => process.exit(1))
}

async function run(job: JobRequest): Promise<JobMessage> {
  let toldAt = -Infinity
  const onProgress = (progress: JobProgress): void => {
    const now = performance.now()
    if (now - toldAt < TELL_MS) return
    toldAt = now
    process.send!({ progress } satisfies JobMessage)
  }
  const output = {
    print: () => undefined,
    log: () => undefined,
    draw: () => undefined,
    onProgress,
    colour: false,
    interactive: false,
  }
  try {
    return await withWorkspace(output, async workspace => {
      const answer = await settle(() => doJob(workspace, job))
      return JSON.parse(placeless(JSON.stringify(answer), workspace.home)) as JobMessage
    })
  } catch (error) {
    // What cannot even be opened.
    return failed(error)
  }
}

async function settle(work: () => Promise<unknown>): Promise<JobMessage> {
  try {
    return { result: await work() }
  } catch (error) {
    return failed(error)
  }
}

async function failed(error: unknown): Promise<JobMessage> {
  const { code, message, hint } = problemOfJob(await withPlace(error))
  const secrets = addressSecrets(process.env)
  return { problem: { code, message: masked(message, secrets), hint: masked(hint, secrets) } }
}

awaitJob()
