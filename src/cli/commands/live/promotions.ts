import type { CommandModule } from 'yargs'
import { AppError } from '../../../core/errors.js'
import { showing, type CommandContext } from '../../command.js'
import { JSON_FLAG, LIMIT_FLAG, limitOf, textFlag, type Flags } from '../../flags/flags.js'

/** `assay promotions list|show|revoke`: what was let trade, and on what evidence. */
export function promotionsCommand(context: CommandContext): CommandModule {
  return {
    command: 'promotions',
    describe: 'List, show and revoke promotions',
    builder: parser =>
      parser
        .command({
          command: 'list',
          describe: 'List promotions, newest first',
          builder: list => list.option('limit', LIMIT_FLAG).option('json', JSON_FLAG),
          handler: showing(context, async (workspace, flags) => {
            const { listPromotions } = await import('../../../app/promotion/promotion-text.js')
            const limit = limitOf(flags)
            return listPromotions(workspace, limit)
          }),
        })
        .command({
          command: 'show <promotion>',
          describe: 'Show a promotion with its gates as they were',
          builder: show =>
            show.positional('promotion', { type: 'string' }).option('json', JSON_FLAG),
          handler: showing(context, async (workspace, flags) => {
            const { showPromotion } = await import('../../../app/promotion/promotion-text.js')
            return showPromotion(workspace, textFlag(flags, 'promotion')!)
          }),
        })
        .command({
          command: 'revoke <promotion>',
          describe: 'Revoke a promotion, for good',
          builder: revoke =>
            revoke
              .positional('promotion', { type: 'string' })
              .option('reason', { type: 'string', requiresArg: true, describe: 'Why' })
              .option('json', JSON_FLAG),
          handler: showing(context, async (workspace, flags) => {
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
  throw new AppError('USAGE', '--reason is missing: why is it revoked?', {
    hint: 'for example --reason "the pool was drained"',
  })
}
