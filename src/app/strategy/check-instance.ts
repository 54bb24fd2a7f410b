import { join } from 'node:path'
import type { RequestedStrategy } from '../../backtest/run/record/run-request.js'
import { AppError } from '../../core/errors.js'
import type { AnyStrategy } from '../../core/strategy/strategy.js'
import { PACKAGE_ROOT } from '../../data/files/package-root.js'
import { loadConfined } from './strategy-file.js'

/**
 * The strategy from its file once more, with module variables of its own: whatever the loaded one
 * has kept, this one has not. Strategies that ship are loaded like files of a user's.
 * @throws AppError STRATEGY_FILE
 */
export async function freshInstance(
  { strategy, file }: Pick<RequestedStrategy, 'strategy' | 'file'>,
  folder: string,
): Promise<AnyStrategy> {
  const path = file ?? join(PACKAGE_ROOT, 'strategies', `${strategy.name}.ts`)
  const { exported } = await loadConfined(path, folder)
  const fresh = Object.values(exported).find(
    value => (value as Partial<AnyStrategy> | undefined)?.name === strategy.name,
  )
  if (fresh !== undefined) return fresh as AnyStrategy
  throw new AppError('STRATEGY_FILE', `strategy file "${path}" has another name when loaded anew`, {
    hint: 'give the strategy a name that is a plain text',
  })
}
