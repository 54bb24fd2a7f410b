import type { CommandModule } from 'yargs'
import type { ServeOptions } from '../../../api/serve.js'
import { inWorkspace, type CommandContext } from '../../command.js'
import { optionsOf, valueFlag } from '../../flags/flags.js'
import { untilInterrupted } from '../../terminal/interrupt.js'

const FLAGS = {
  port: valueFlag('Port to listen on; 0 takes a free one [4600]'),
  host: valueFlag('Address to listen on [127.0.0.1]'),
  'host-name': {
    ...valueFlag('Further name under which it is called; repeat it for several'),
    array: true,
    nargs: 1,
  },
  'behind-proxy': {
    ...valueFlag('Address of a proxy with TLS that stands before it; repeat it for several'),
    array: true,
    nargs: 1,
  },
  'plain-http': {
    type: 'boolean',
    describe: 'Let other machines reach it without TLS: whoever reads the network reads the keys',
  },
  rate: valueFlag('Tokens a second that each key has [100]'),
  streams: valueFlag('Streams that each key may have open [10]'),
} as const

/** `assay serve`: the API and its page, until it is told to stop. */
export function serveCommand(context: CommandContext): CommandModule {
  const { output } = context
  return {
    command: 'serve',
    describe: 'Serve the API and the dashboard on this machine',
    builder: parser => parser.options(FLAGS).example('$0 serve --port 8080', 'another port'),
    handler: inWorkspace(context, (workspace, flags) =>
      untilInterrupted(async signal => {
        const { serve } = await import('../../../api/serve.js')
        const { keysAdvice } = await import('../../../app/keys/keys.js')
        const served = await serve(workspace, optionsOf<ServeOptions>(flags, FLAGS))
        output.print(`listening on ${served.url}`)
        // Whoever reads the log of a service must not find a way in there.
        if (output.interactive) output.log(`open ${served.link()} (once, within 10 minutes)`)
        output.log(await keysAdvice(workspace))
        if (!signal.aborted) await new Promise(stop => signal.addEventListener('abort', stop))
        output.log('stopping')
        const left = await served.close()
        for (const trouble of left) output.log(`not ended: ${trouble}`)
        // What hangs would hold the process for ever; the next server marks what this one has left.
        if (left.length > 0) process.exit(1)
      }),
    ),
  }
}
