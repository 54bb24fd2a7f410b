import { STRATEGIES } from '../../../strategies/index.js'
import type { AnyStrategy } from '../../core/strategy/strategy.js'

/** The strategies that come with Assay. */
export function shippedStrategies(): readonly AnyStrategy[] {
  return STRATEGIES
}
