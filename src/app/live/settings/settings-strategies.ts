import type { RequestedStrategy } from '../../../backtest/run/record/run-request.js'
import { strategiesOfCoin } from '../../backtest/input/run-input.js'
import type { SymbolSettings } from './symbol-settings.js'

/**
 * The strategies that the settings of a symbol mean, loaded and checked.
 * @throws AppError UNKNOWN_STRATEGY, UNKNOWN_PARAMETER, INVALID_PARAMETER, INVALID_SETTING
 */
export function strategiesOfSettings(
  { strategy, risk }: SymbolSettings,
  folder: string,
): Promise<RequestedStrategy[]> {
  const parameters = Object.fromEntries(
    Object.entries(strategy.parameters).map(
      ([name, { template, priority, custom_params: own }]) => [
        name,
        {
          ...(typeof template === 'string' && { template }),
          ...(priority !== undefined && { priority }),
          ...(own !== undefined && { custom_params: own }),
        },
      ],
    ),
  )
  const { schema_version: _version, updated_at: _at, updated_by: _by, ...exits } = risk
  return strategiesOfCoin(
    {
      active_strategy: [...strategy.active_strategy],
      parameters,
      risk_settings: exits,
    },
    folder,
  )
}
