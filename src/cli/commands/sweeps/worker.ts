import { availableParallelism } from 'node:os'
import type { CommandModule } from 'yargs'
import type { CommandContext } from '../../command.js'
import { numberFlag, textFlag } from '../../flags/flags.js'

/** `assay worker`: takes chunks of distributed sweeps until it is told to stop. */
export function workerCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'worker',
    describe: 'Work on distributed sweeps: needs REDIS_URL and DATABASE_URL',
    builder: parser =>
      parser
        .option('concurrency', {
          type: 'string',
          requiresArg: true,
          describe: 'Threads [one a core]',
        })
        .option('memory', {
          type: 'string',
          requiresArg: true,
          describe: 'Memory for indicator columns of a sweep: 256MB [256MB]',
        })
        .example('REDIS_URL=redis://host DATABASE_URL=postgres://host/db $0 worker', 'join'),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { readResources } = await import('../../../app/sweep/input/resources.js')
        const { sharedServers } = await import('../../../app/queue/queue-connection.js')
        const { runWorker } = await import('../../../app/queue/worker-loop.js')
        const { redisUrl } = sharedServers(workspace.home, 'a worker')
        forgetServers()
        const threads = numberFlag(flags, 'concurrency', { min: 1, max: 1024, whole: true })
        const { bytes } = readResources({ memory: textFlag(flags, 'memory') })
        await runWorker(workspace, redisUrl, { threads: threads ?? availableParallelism(), bytes })
      })
    },
  }
}

/** Strategies of others run here: what connects has the addresses, and nobody else needs them. */
function forgetServers(): void {
  delete process.env['DATABASE_URL']
  delete process.env['REDIS_URL']
}
