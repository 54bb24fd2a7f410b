import { AppError } from '../../core/errors.js'
import { nearestName } from '../../core/names.js'

/**
 * The options, once each of them is known: a program may misspell one where no compiler looks.
 * @throws AppError USAGE for an option that is none of `allowed`
 */
export function checkedOptions<T extends object>(options: T, allowed: readonly string[]): T {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue
    if (!allowed.includes(name)) throw unknownOption(name, allowed)
  }
  return options
}

function unknownOption(name: string, allowed: readonly string[]): AppError {
  const near = nearestName(name, allowed)
  return new AppError('USAGE', `there is no option "${name}"`, {
    hint: near ? `did you mean ${near}?` : `there are ${allowed.join(', ')}`,
  })
}
