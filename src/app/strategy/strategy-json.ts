import type { AnyStrategy } from '../../core/strategy/strategy.js'

/** A strategy as programs see it: its parameters, with their ranges, and its templates. */
export function strategyJson({
  name,
  description,
  params,
  templates,
}: AnyStrategy): Record<string, unknown> {
  return { name, description, params, templates }
}
