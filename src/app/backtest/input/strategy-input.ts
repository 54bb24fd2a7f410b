import type { RequestedStrategy } from '../../../backtest/run/record/run-request.js'
import { AppError } from '../../../core/errors.js'
import { nearestName } from '../../../core/names.js'
import {
  guardedParams,
  resolveParams,
  type ParamSpecs,
  type ParamValue,
} from '../../../core/strategy/params.js'
import type { AnyStrategy } from '../../../core/strategy/strategy.js'
import type { CoinConfig, ParametersConfig, TemplatesConfig } from '../../workspace/config.js'
import { textOption } from '../../options/options.js'
import type { RunOptions } from './run-options.js'
import { timedCall } from '../../strategy/guard/time-limit.js'
import type { StrategySource } from '../../strategy/strategy-source.js'

/** Where parameter values may come from, apart from a strategy's defaults. */
export interface TemplateLayers {
  readonly options: RunOptions
  readonly coin: CoinConfig | undefined
  readonly templates: readonly TemplatesConfig[]
  /** Whether `params` can be meant for this strategy alone. */
  readonly isAlone: boolean
}

/**
 * Parameters of one strategy: defaults, template, custom_params of the file, own values.
 * @throws AppError UNKNOWN_TEMPLATE, UNKNOWN_PARAMETER, INVALID_PARAMETER
 */
export function requestStrategy(
  reference: string,
  { strategy, file, sourceHash }: StrategySource,
  layers: TemplateLayers,
): Omit<RequestedStrategy, 'risk' | 'weight'> {
  const specs = strategy.params as ParamSpecs
  const section = parametersOf(reference, strategy, layers)
  const template = textOption(layers.options, 'template') ?? section.template ?? null
  const own = ownValues(layers)
  const params = resolveParams(specs, [
    template === null ? {} : templateValues(strategy, template, layers.templates),
    section.custom_params ?? {},
    own,
  ])
  const problem = timedCall(strategy.name, () => strategy.check?.(guardedParams(specs, params)))
  if (problem !== undefined) {
    throw new AppError('INVALID_PARAMETER', `${strategy.name}: ${problem}`, {
      hint: 'change one of them with --set name=value',
    })
  }
  return { strategy, file, sourceHash, template, params, priority: section.priority ?? 0 }
}

/** The file's parameters where they are meant for this strategy. */
function parametersOf(
  reference: string,
  strategy: AnyStrategy,
  { coin }: TemplateLayers,
): ParametersConfig {
  const active = coin?.active_strategy
  const parameters = coin?.parameters
  if (parameters === undefined || active === undefined) return {}
  if (Array.isArray(active)) {
    if (isPlain(parameters)) {
      throw new AppError(
        'INVALID_CONFIG',
        'parameters must name the strategy they are for, because active_strategy is a list',
        {
          hint: `write "parameters": {"${strategy.name}": {"template": "...", "custom_params": {}}}`,
        },
      )
    }
    return byStrategy(parameters, reference, strategy)
  }
  if (active !== reference && active !== strategy.name) return {}
  return isPlain(parameters) ? parameters : byStrategy(parameters, reference, strategy)
}

function byStrategy(
  parameters: Readonly<Record<string, ParametersConfig>>,
  reference: string,
  strategy: AnyStrategy,
): ParametersConfig {
  return parameters[reference] ?? parameters[strategy.name] ?? {}
}

/** Keys of parameters for one strategy; anything else is the name of one. */
const PARAMETERS_KEYS: readonly string[] = ['template', 'priority', 'custom_params']

function isPlain(
  parameters: NonNullable<CoinConfig['parameters']>,
): parameters is ParametersConfig {
  return Object.keys(parameters).every(key => PARAMETERS_KEYS.includes(key))
}

function templateValues(
  strategy: AnyStrategy,
  template: string,
  overlays: readonly TemplatesConfig[],
): Readonly<Record<string, unknown>> {
  const layers = [
    strategy.templates,
    ...overlays.map(overlay => overlay[strategy.name] ?? {}),
  ] as Readonly<Record<string, Readonly<Record<string, unknown>>>>[]
  const found = layers.filter(layer => Object.hasOwn(layer, template))
  if (found.length > 0) {
    return Object.fromEntries(found.flatMap(layer => Object.entries(layer[template]!)))
  }
  const known = [...new Set(layers.flatMap(layer => Object.keys(layer)))]
  const near = nearestName(template, known)
  throw new AppError(
    'UNKNOWN_TEMPLATE',
    `strategy ${strategy.name} has no template "${template}"`,
    {
      hint: near ? `did you mean ${near}?` : `it has ${known.join(', ') || 'none'}`,
    },
  )
}

/** Values that are asked for by name, which one strategy alone can mean. */
function ownValues({ options, isAlone }: TemplateLayers): Readonly<Record<string, ParamValue>> {
  const values = options.params ?? {}
  if (isAlone || Object.keys(values).length === 0) return values
  throw new AppError('USAGE', '--set is given for several strategies at once', {
    hint: 'put each one’s parameters into the configuration file',
  })
}
