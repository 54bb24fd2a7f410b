import type { CommandModule, Options } from 'yargs'
import type { ReconcileOptions } from '../../../app/reconcile/reconcile.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, optionsOf } from '../../flags.js'
import { printJson } from '../../output.js'

const text = (describe: string): Options => ({ type: 'string', requiresArg: true, describe })

const FLAGS: Readonly<Record<string, Options>> = {
  session: text('A live session alone [all of the wallet]'),
  wallet: text('Address or key file [that of the session]'),
  rpc: text('Nodes of the chain, commas between them [$SOLANA_RPC_URL]'),
  cluster: text('Cluster that they must serve [mainnet]'),
  proxy: text('Proxy for requests'),
}

/** `assay reconcile`: compares what is booked with the chain. */
export function reconcileCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'reconcile',
    describe: 'Compare journal and sessions with the chain',
    builder: parser =>
      parser
        .options(FLAGS)
        .option('json', JSON_FLAG)
        .example('$0 reconcile --wallet KEY', 'exit code 1 where anything differs'),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { reconcile } = await import('../../../app/reconcile/reconcile.js')
        const answer = await reconcile(workspace, optionsOf<ReconcileOptions>(flags, FLAGS))
        if (isSet(flags, 'json')) printJson(output, answer.json)
        else output.print(answer.text)
        if (answer.failure !== null) throw answer.failure
      })
    },
  }
}
