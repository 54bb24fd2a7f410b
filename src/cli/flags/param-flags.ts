import type { Options } from 'yargs'
import { AppError } from '../../core/errors.js'
import { writtenSymbol } from '../../core/candles/symbols.js'
import type { ParamSpec, ParamSpecs, ParamValue } from '../../core/strategy/params.js'
import { checkAgreement, paramFlag, paramFlags, type Flags } from './flags.js'
import { RUN_FLAGS } from './run-flags.js'
import { readStrategy } from '../strategy-file.js'

/** Options of a command that names a strategy. */
interface WithParams {
  params?: Readonly<Record<string, ParamValue>> | null | undefined
}

/**
 * The strategy's own flags are parameters, as those of `--set` are. A flag of the command stays what it
 * is: a parameter of its name is given by `--set` alone.
 * @throws AppError USAGE where `--set` and a flag differ, or a flag may be meant for a parameter too
 */
export function withParams<T extends WithParams>(
  options: T,
  flags: Flags,
  { names, declared }: ParamNames,
): T {
  const taken = names.filter(name => isTaken(name, declared))
  for (const name of taken) refuseDoubt(name, flags, options)
  const own = paramFlags(
    flags,
    names.filter(name => !taken.includes(name)),
  )
  if (Object.keys(own).length === 0) return options
  checkAgreement(options.params ?? {}, own)
  return { ...options, params: { ...options.params, ...own } }
}

/** The parameters of a strategy, and the flags that its command has without them. */
interface ParamNames {
  readonly names: readonly string[]
  readonly declared: Readonly<Record<string, Options>>
}

function isTaken(name: string, declared: Readonly<Record<string, Options>>): boolean {
  return Object.hasOwn(declared, paramFlag(name))
}

function refuseDoubt(name: string, flags: Flags, { params }: WithParams): void {
  const flag = paramFlag(name)
  if (flags[flag] === undefined || Object.hasOwn(params ?? {}, name)) return
  throw new AppError(
    'USAGE',
    `--${flag} is a setting of the run, and the strategy has a parameter ${name}`,
    {
      hint: `give the parameter its value too: --set ${name}=...`,
    },
  )
}

/** The parameters of the strategy that a command line means, read before yargs knows their flags. */
export async function namedParams(
  args: readonly string[],
  command: string,
  flags: Readonly<Record<string, Options>>,
): Promise<ParamSpecs> {
  return paramsOf(await namedStrategy(readAhead(args, command, { ...RUN_FLAGS, ...flags })))
}

/** What decides on the strategy, read before yargs knows the strategy's own flags. */
interface Ahead {
  readonly strategy?: string
  readonly config?: string
  readonly signals?: string
  readonly symbol?: string
}

function readAhead(
  args: readonly string[],
  command: string,
  known: Readonly<Record<string, Options>>,
): Ahead {
  const found: Record<string, string> = {}
  for (let k = args.indexOf(command) + 1; k < args.length; k++) {
    const word = args[k]!
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
    if (name === undefined) {
      if (!word.startsWith('-')) found['strategy'] ??= word
    } else if (value !== undefined) found[name] ??= value
    else if (takesValue(known, name) && k + 1 < args.length) {
      k += 1
      found[name] ??= args[k]!
    }
  }
  return found
}

function takesValue(known: Readonly<Record<string, Options>>, name: string): boolean {
  if (name === 'help' || name === 'version') return false
  return known[name]?.type !== 'boolean'
}

/** The strategy on the command line, or the only one that the configuration file means. */
async function namedStrategy(ahead: Ahead): Promise<string | undefined> {
  const { strategy, config, symbol, signals } = ahead
  if (signals !== undefined || strategy !== undefined || !config) return strategy
  const { readConfig } = await import('../../app/workspace/config.js')
  const { coins } = await readConfig(config)
  const only = Object.keys(coins).length === 1 ? Object.keys(coins)[0] : undefined
  const active = coins[(symbol && writtenSymbol(symbol)) ?? only ?? '']?.active_strategy ?? []
  const names = typeof active === 'string' ? [active] : active
  return names.length === 1 ? names[0] : undefined
}

async function paramsOf(reference: string | undefined): Promise<ParamSpecs> {
  if (reference === undefined) return {}
  return (await readStrategy(reference)).params as ParamSpecs
}

/** A flag for each parameter, told from its spec, but for those whose flag the command has itself. */
export function paramOptions(
  specs: ParamSpecs,
  declared: Readonly<Record<string, Options>>,
): Record<string, Options> {
  const free = Object.entries(specs).filter(([name]) => !isTaken(name, declared))
  return Object.fromEntries(
    free.map(([name, spec]) => [
      paramFlag(name),
      { type: 'string', requiresArg: true, group: 'Parameters:', describe: describeSpec(spec) },
    ]),
  )
}

function describeSpec(spec: ParamSpec): string {
  const range =
    'min' in spec
      ? ` (${spec.min} to ${spec.max})`
      : 'options' in spec
        ? ` (${spec.options.join(', ')})`
        : ''
  return `${spec.description ?? ''}${range} [${String(spec.default)}]`.trim()
}
