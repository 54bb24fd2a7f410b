import type { CommandModule } from 'yargs'
import { nextLine } from '../../../app/output/next-line.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'

/** `assay wallet show PATH` */
export function walletShowCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'show <path>',
    describe: 'Print the address of a key file; no passphrase is needed',
    builder: parser => parser.positional('path', { type: 'string' }).option('json', JSON_FLAG),
    handler: async flags => {
      const { showWallet } = await import('../../../app/wallet/wallet-files.js')
      const shown = showWallet(String(flags['path']))
      if (isSet(flags, 'json')) return printJson(output, shown)
      const kind = shown.kind === 'keystore' ? 'under a passphrase' : 'not encrypted'
      const next = nextLine(`assay wallet check ${shown.path}`, 'is it ready?')
      return output.print([shown.address, `${kind}, ${shown.path}`, next].join('\n'))
    },
  }
}
