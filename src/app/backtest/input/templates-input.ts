import { AppError } from '../../../core/errors.js'
import { nearestName } from '../../../core/names.js'
import { STRATEGIES } from '../../../../strategies/index.js'
import { isStrategyFile } from '../../strategy/strategy-loader.js'
import type { TemplatesConfig } from '../../workspace/config.js'

/** The templates of a file; none where none is named. @throws AppError INVALID_CONFIG */
export async function templatesOf(path: string | undefined): Promise<TemplatesConfig> {
  if (path === undefined) return {}
  const { readTemplates } = await import('../../workspace/config.js')
  return readTemplates(path)
}

/** Templates are for a strategy of this run or for one that ships; any other name is a slip. */
export function checkTemplateNames(
  templates: TemplatesConfig,
  references: readonly string[],
): void {
  const known = [...STRATEGIES.map(({ name }) => name), ...references]
  const hasOwnFile = references.some(isStrategyFile)
  const unknown = Object.keys(templates).find(name => !known.includes(name))
  if (unknown === undefined || hasOwnFile) return
  const near = nearestName(unknown, known)
  throw new AppError(
    'UNKNOWN_STRATEGY',
    `templates name the strategy "${unknown}", which is not known`,
    {
      hint: near ? `did you mean ${near}?` : `known are ${known.join(', ')}`,
    },
  )
}
