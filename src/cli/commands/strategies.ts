import { TERMINAL_WIDTH, wrap } from '../../core/text-layout.js'
import { strategyJson } from '../../app/strategy/strategy-json.js'
import { nextLine } from '../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import type { ParamSpec, ParamSpecs } from '../../core/strategy/params.js'
import type { AnyStrategy } from '../../core/strategy/strategy.js'
import type { CommandContext } from '../command.js'
import { JSON_FLAG, isSet, textFlag } from '../flags/flags.js'
import { readStrategy } from '../strategy-file.js'
import { printJson } from '../terminal/output.js'
import { table } from '../../core/text-table.js'

/** `assay strategies list|show`: what ships with Assay, and what its parameters are. */
export function strategiesCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'strategies',
    describe: 'List strategies and show their parameters',
    builder: parser =>
      parser
        .command({
          command: 'list',
          describe: 'List the strategies',
          builder: list => list.option('json', JSON_FLAG),
          handler: async flags => {
            const { shippedStrategies } = await import('../../app/strategy/shipped-strategies.js')
            const strategies = shippedStrategies()
            if (isSet(flags, 'json')) return printJson(output, strategies.map(strategyJson))
            const rows = strategies.map(({ name, description }) => [name, description])
            const next = nextLine('assay strategies show NAME', 'its parameters and templates')
            return output.print(`${table(['strategy', 'what it does'], rows)}\n\n${next}`)
          },
        })
        .command({
          command: 'show <strategy>',
          describe: 'Show parameters and templates of a strategy or a strategy file',
          builder: show =>
            show.positional('strategy', { type: 'string' }).option('json', JSON_FLAG),
          handler: async flags => {
            const strategy = await readStrategy(textFlag(flags, 'strategy')!)
            if (isSet(flags, 'json')) return printJson(output, strategyJson(strategy))
            const next = nextLine(
              `assay backtest ${textFlag(flags, 'strategy')!} --symbol SOL-USDC --timeframe 1h`,
              'assay data list',
            )
            return output.print(`${page(strategy)}\n\n${next}`)
          },
        })
        .demandCommand(1, 'say list or show'),
    handler: () => undefined,
  }
}

function page(strategy: AnyStrategy): string {
  const specs = Object.entries(strategy.params as ParamSpecs)
  const templates = Object.entries(strategy.templates as Record<string, Record<string, unknown>>)
  const rows = specs.map(([name, spec]) => [
    name,
    spec.kind,
    range(spec),
    String(spec.default),
    ...templates.map(([, values]) => String(values[name] ?? spec.default)),
  ])
  const headings = ['parameter', 'kind', 'range', 'default', ...templates.map(([name]) => name)]
  const meanings = specs.map(([name, spec]) => [name, spec.description ?? ''])
  return [
    ...wrap(`${strategy.name}: ${strategy.description}`, TERMINAL_WIDTH, '  '),
    '',
    table(headings, rows),
    '',
    table(['parameter', 'meaning'], meanings),
  ].join('\n')
}

function range(spec: ParamSpec): string {
  if (spec.kind === 'choice') return spec.options.join('|')
  return spec.kind === 'boolean' ? 'true|false' : `${spec.min}..${spec.max}`
}
