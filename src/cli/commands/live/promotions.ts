import type { CommandModule } from 'yargs'
import { AppError } from '../../../core/errors.js'
import type { Workspace } from '../../../app/workspace/compose.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, numberFlag, textFlag, type Flags } from '../../flags.js'
import { printJson } from '../../output.js'

type Shown = { readonly text: string; readonly json: unknown }

/** `assay promotions list|show|revoke`: what was let trade, and on what evidence. */
export function promotionsCommand({ output }: CommandContext): CommandModule {
  const on =
    (work: (workspace: Workspace, flags: Flags) => Promise<Shown>) => async (flags: Flags) => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { text, json } = await work(workspace, flags)
        if (isSet(flags, 'json')) printJson(output, json)
        else output.print(text)
      })
    }
  return {
    command: 'promotions',
    describe: 'List, show and revoke promotions',
    builder: parser =>
      parser
        .command({
          command: 'list',
          describe: 'List promotions, newest first',
          builder: list =>
            list
              .option('limit', { type: 'string', requiresArg: true, describe: 'How many [20]' })
              .option('json', JSON_FLAG),
          handler: on(async (workspace, flags) => {
            const { listPromotions } = await import('../../../app/promotion/promotion-text.js')
            const limit = numberFlag(flags, 'limit', { min: 1, max: 1e6, whole: true }) ?? 20
            return listPromotions(workspace, limit)
          }),
        })
        .command({
          command: 'show <promotion>',
          describe: 'Show a promotion with its gates as they were',
          builder: show =>
            show.positional('promotion', { type: 'string' }).option('json', JSON_FLAG),
          handler: on(async (workspace, flags) => {
            const { showPromotion } = await import('../../../app/promotion/promotion-text.js')
            return showPromotion(workspace, textFlag(flags, 'promotion')!)
          }),
        })
        .command({
          command: 'revoke <promotion>',
          describe: 'Take a promotion back, for good',
          builder: revoke =>
            revoke
              .positional('promotion', { type: 'string' })
              .option('reason', { type: 'string', requiresArg: true, describe: 'Why' })
              .option('json', JSON_FLAG),
          handler: on(async (workspace, flags) => {
            const { revokePromotion } = await import('../../../app/promotion/promotion-text.js')
            return revokePromotion(workspace, textFlag(flags, 'promotion')!, reasonOf(flags))
          }),
        })
        .demandCommand(1, 'say list, show or revoke'),
    handler: () => undefined,
  }
}

function reasonOf(flags: Flags): string {
  const reason = textFlag(flags, 'reason')
  if (reason !== undefined) return reason
  throw new AppError('USAGE', '--reason is missing: why is it taken back?', {
    hint: 'for example --reason "the pool was drained"',
  })
}
