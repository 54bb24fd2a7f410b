import type { CommandModule } from 'yargs'
import type { CheckWalletOptions } from '../../../app/wallet/wallet-check.js'
import { nextLine } from '../../../app/output/next-line.js'
import { AppError } from '../../../core/errors.js'
import { TERMINAL_WIDTH, wrap } from '../../../core/text-layout.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, optionsOf, valueFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

const FLAGS = {
  rpc: valueFlag('Address of a node of Solana; $SOLANA_RPC_URL where it is not given'),
  cluster: valueFlag(
    'The cluster that it must serve: mainnet (the default), devnet, a genesis hash',
  ),
  'sol-floor': valueFlag('The least SOL that must be there for fees, 0.02 by default'),
} as const

/** `assay wallet check PATH` */
export function walletCheckCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'check <path>',
    describe: 'Check the files of a key, the cluster of a node, and balances',
    builder: parser =>
      parser.positional('path', { type: 'string' }).options(FLAGS).option('json', JSON_FLAG),
    handler: async flags => {
      const { checkWallet } = await import('../../../app/wallet/wallet-check.js')
      const options = optionsOf<CheckWalletOptions>(flags, { path: {}, ...FLAGS })
      const report = await checkWallet(options, process.env)
      const { address, findings } = report
      if (isSet(flags, 'json')) printJson(output, report)
      else
        output.print(
          [
            address ?? 'no address',
            ...findings.flatMap(({ check, ok, found }) =>
              wrap(
                `${check.padEnd(10)}${ok ? 'ok      ' : 'FAILED  '}${found}`,
                TERMINAL_WIDTH,
                ' '.repeat(18),
              ),
            ),
            nextLine(`assay wallet serve ${options.path}`, 'start its signer'),
          ].join('\n'),
        )
      const failed = findings.filter(({ ok }) => !ok)
      if (failed.length === 0) return
      throw new AppError('CHECK_FAILED', `${failed.length} of ${findings.length} checks failed`, {
        hint: failed.map(({ check, found }) => `${check}: ${found}`).join('; '),
      })
    },
  }
}
