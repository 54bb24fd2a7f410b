import type { CommandModule, Options } from 'yargs'
import type { ReconcileOptions } from '../../../app/reconcile/reconcile.js'
import { showing, type CommandContext } from '../../command.js'
import { JSON_FLAG, optionsOf, valueFlag } from '../../flags/flags.js'

const FLAGS: Readonly<Record<string, Options>> = {
  session: valueFlag('A live session alone [all of the wallet]'),
  wallet: valueFlag('Address or key file [that of the session]'),
  rpc: valueFlag('Nodes of the chain, commas between them [$SOLANA_RPC_URL]'),
  cluster: valueFlag('Cluster that they must serve [mainnet]'),
  proxy: valueFlag('Proxy for requests'),
}

/** `assay reconcile`: compares what is booked with the chain. */
export function reconcileCommand(context: CommandContext): CommandModule {
  return {
    command: 'reconcile',
    describe: 'Compare journal and sessions with the chain',
    builder: parser =>
      parser
        .options(FLAGS)
        .option('json', JSON_FLAG)
        .example('$0 reconcile --wallet KEY', 'exit code 1 where anything differs'),
    handler: showing(context, async (workspace, flags) => {
      const { reconcile } = await import('../../../app/reconcile/reconcile.js')
      return reconcile(workspace, optionsOf<ReconcileOptions>(flags, FLAGS))
    }),
  }
}
