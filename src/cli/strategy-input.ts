import type { RequestedStrategy } from '../backtest/run/run-request.js'
import { AppError } from '../core/errors.js'
import { nearestName } from '../core/names.js'
import {
  guardedParams,
  resolveParams,
  type ParamSpecs,
  type ParamValue,
} from '../core/strategy/params.js'
import type { AnyStrategy } from '../core/strategy/strategy.js'
import type { CoinConfig, ParametersConfig, TemplatesConfig } from '../app/workspace/config.js'
import { listFlag, textFlag, type Flags } from './flags.js'
import type { StrategySource } from '../app/strategy/strategy-source.js'

/** Where parameter values may come from, apart from a strategy's defaults. */
export interface TemplateLayers {
  readonly flags: Flags
  readonly coin: CoinConfig | undefined
  readonly templates: readonly TemplatesConfig[]
  /** Whether flags can be meant for this strategy alone. */
  readonly isAlone: boolean
}

/**
 * Parameters of one strategy: defaults, template, custom_params of the file, --set, own flags.
 * @throws AppError UNKNOWN_TEMPLATE, UNKNOWN_PARAMETER, INVALID_PARAMETER
 */
export function requestStrategy(
  reference: string,
  { strategy, file, sourceHash }: StrategySource,
  layers: TemplateLayers,
): Omit<RequestedStrategy, 'risk' | 'weight'> {
  const specs = strategy.params as ParamSpecs
  const section = parametersOf(reference, strategy, layers)
  const template = textFlag(layers.flags, 'template') ?? section.template ?? null
  const [set, own] = [setValues(layers), ownFlags(specs, layers)]
  checkAgreement(set, own)
  const params = resolveParams(specs, [
    template === null ? {} : templateValues(strategy, template, layers.templates),
    section.custom_params ?? {},
    set,
    own,
  ])
  const problem = strategy.check?.(guardedParams(specs, params))
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

function isPlain(
  parameters: NonNullable<CoinConfig['parameters']>,
): parameters is ParametersConfig {
  return Object.keys(parameters).every(key => key === 'template' || key === 'custom_params')
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

function setValues({ flags, isAlone }: TemplateLayers): Record<string, ParamValue> {
  const entries = listFlag(flags, 'set').map(text => {
    const at = text.indexOf('=')
    if (at < 1)
      throw new AppError('USAGE', `--set "${text}" is not name=value`, {
        hint: 'for example --set fast_ma=10',
      })
    return [text.slice(0, at).trim(), text.slice(at + 1).trim()] as const
  })
  if (entries.length > 0 && !isAlone) {
    throw new AppError('USAGE', '--set is given for several strategies at once', {
      hint: 'put each one’s parameters into the configuration file',
    })
  }
  return Object.fromEntries(entries)
}

/** `--fast-ma 10` for the parameter `fast_ma`. */
function ownFlags(
  specs: ParamSpecs,
  { flags, isAlone }: TemplateLayers,
): Record<string, ParamValue> {
  const values: Record<string, ParamValue> = {}
  if (!isAlone) return values
  for (const name of Object.keys(specs)) {
    const value = textFlag(flags, paramFlag(name))
    if (value !== undefined) values[name] = value
  }
  return values
}

/** One parameter may be given both ways, but not two values. */
function checkAgreement(set: Record<string, ParamValue>, own: Record<string, ParamValue>): void {
  for (const [name, value] of Object.entries(own)) {
    const other = set[name]
    if (other === undefined || other === value || Number(other) === Number(value)) continue
    throw new AppError(
      'USAGE',
      `--set ${name}=${String(other)} and --${paramFlag(name)} ${String(value)} do not agree`,
      { hint: 'give one of them' },
    )
  }
}

/** The flag generated for a parameter: `fast_ma` gives `fast-ma`. */
function paramFlag(name: string): string {
  return name.replaceAll('_', '-')
}
