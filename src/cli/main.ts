import yargs, { type CommandModule } from 'yargs'
import { AppError } from '../core/errors.js'
import { nearestName } from '../core/names.js'
import { ENGINE_VERSION } from '../core/version.js'
import { keysCommand } from './commands/api/keys.js'
import { serveCommand } from './commands/api/serve.js'
import { backtestCommand } from './commands/runs/backtest.js'
import { checkCommand } from './commands/evidence/check.js'
import { COMPLETE, completionCommand } from './commands/completion.js'
import { compareCommand } from './commands/evidence/compare.js'
import { crossValidateCommand } from './commands/evidence/cross-validate.js'
import { dataCommand } from './commands/data/data.js'
import { costsCommand } from './commands/costs/costs.js'
import { recordCommand } from './commands/costs/record.js'
import { symbolsCommand } from './commands/symbols/symbols.js'
import { demoCommand } from './commands/runs/demo.js'
import { doctorCommand } from './commands/doctor.js'
import { initCommand } from './commands/init.js'
import { ledgerCommand } from './commands/evidence/ledger.js'
import { controlCommands } from './commands/live/control.js'
import { eventsCommand } from './commands/live/events.js'
import { liveCommand } from './commands/live/live.js'
import { paperCommand } from './commands/live/paper.js'
import { promoteCommand } from './commands/live/promote.js'
import { promotionsCommand } from './commands/live/promotions.js'
import { reconcileCommand } from './commands/live/reconcile.js'
import { replayCommand } from './commands/live/replay.js'
import { sessionsCommand } from './commands/live/sessions.js'
import { settingsCommand } from './commands/live/settings.js'
import { ordersCommand, positionsCommand, statusCommand } from './commands/live/status.js'
import { watchCommand } from './commands/live/watch.js'
import { notifyCommand } from './commands/notify/notify.js'
import { portfolioCommand } from './commands/runs/portfolio.js'
import { reportCommand } from './commands/runs/report.js'
import { traceCommand } from './commands/runs/trace.js'
import { runsCommand } from './commands/runs/runs.js'
import { sqlCommand } from './commands/sql.js'
import { statsCommand } from './commands/evidence/stats.js'
import { strategiesCommand } from './commands/strategies.js'
import { sweepCommand } from './commands/sweeps/sweep.js'
import { sweepsCommand } from './commands/sweeps/sweeps.js'
import { workerCommand } from './commands/sweeps/worker.js'
import { validateCommand } from './commands/evidence/validate.js'
import { walkForwardCommand } from './commands/evidence/walk-forward.js'
import { walletCommand } from './commands/wallet/wallet.js'
import type { CommandContext } from './command.js'
import type { Output } from '../app/output/output.js'
import { describeError } from '../app/output/error-text.js'
import { tellOfPrograms } from '../app/strategy/program-notice.js'
import { addressSecrets, masked } from '../app/output/secrets.js'
import { joinColumns } from './flags/flags.js'
import { processOutput, shown } from './terminal/output.js'
import { toItsEnd } from './terminal/process-end.js'
import { spreadSets } from './flags/run-flags.js'

/** Makes a command. Its handler loads what it needs, so that help is quick. */
type CommandMaker = (context: CommandContext) => CommandModule

const COMMANDS: readonly CommandMaker[] = [
  backtestCommand,
  portfolioCommand,
  promoteCommand,
  promotionsCommand,
  paperCommand,
  liveCommand,
  statusCommand,
  positionsCommand,
  ordersCommand,
  watchCommand,
  ...controlCommands,
  settingsCommand,
  sessionsCommand,
  reconcileCommand,
  replayCommand,
  eventsCommand,
  checkCommand,
  compareCommand,
  dataCommand,
  symbolsCommand,
  recordCommand,
  costsCommand,
  strategiesCommand,
  runsCommand,
  sweepCommand,
  sweepsCommand,
  walkForwardCommand,
  crossValidateCommand,
  validateCommand,
  workerCommand,
  ledgerCommand,
  statsCommand,
  reportCommand,
  traceCommand,
  sqlCommand,
  walletCommand,
  serveCommand,
  keysCommand,
  notifyCommand,
  initCommand,
  doctorCommand,
  completionCommand,
  demoCommand,
]

/** Runs one command line. @returns the exit code: 0 ok, 1 failed, 2 bad usage or input, 3 refused */
export async function main(
  args: readonly string[],
  bare: Output = processOutput(),
): Promise<number> {
  const output = shown(bare)
  if (output.interactive) tellOfPrograms(text => output.log(text))
  const { DATABASE_URL, REDIS_URL } = process.env
  try {
    if (args[0] === COMPLETE) await printCompletions(args.slice(1), output)
    else await parse(joinColumns(spreadSets(args)), output)
    return 0
  } catch (error) {
    const secrets = addressSecrets({ DATABASE_URL, REDIS_URL })
    const tell = (text: string): void => output.log(masked(text, secrets))
    if (process.env['ASSAY_DEBUG'] === '1') tell(String((error as Error).stack))
    const { text, exitCode } = describeError(await placed(error))
    tell(text)
    return exitCode
  }
}

/** Answers the script of a shell: a candidate a line for the last of the words, which begin with `assay`. */
async function printCompletions(words: readonly string[], output: Output): Promise<void> {
  const { completionsOf } = await import('./completions.js')
  const typed = words.slice(1)
  const found = await completionsOf(
    // The last word is not finished: it names no strategy yet.
    COMMANDS.map(make => make({ output, args: typed.slice(0, -1) })),
    typed,
  )
  if (found.length > 0) output.print(found.join('\n'))
}

/** The error of a strategy with its place in the user's file, which takes a compiler to find. */
async function placed(error: unknown): Promise<unknown> {
  const code = (error as { readonly code?: unknown } | null)?.code
  if (code !== 'STRATEGY_FAILED' && code !== 'STRATEGY_FILE') return error
  const { withPlace } = await import('../app/strategy/strategy-place.js')
  return withPlace(error)
}

/** Runs the command line of this process. What ends it before the command is done is a failure. */
export async function runProcess(args: readonly string[]): Promise<void> {
  process.exitCode = await toItsEnd(() => main(args))
}

async function parse(args: readonly string[], output: Output): Promise<void> {
  const commands = COMMANDS.map(make => make({ output, args }))
  const names = commands.map(({ command }) => String(command).split(' ')[0]!)
  const called = { args, command: args.find(arg => names.includes(arg)) ?? null }
  const parser = yargs([...args])
    .scriptName('assay')
    .locale('en')
    .usage(
      '$0 COMMAND\n\nBacktests trading strategies over stored candles, and shows what they would have done.',
    )
    .command(commands)
    .demandCommand(1, 'name a command')
    .strict()
    .strictCommands()
    .version(ENGINE_VERSION)
    .alias('help', 'h')
    .wrap(Math.min(100, process.stdout.columns ?? 80))
    .epilogue(
      'Home folder: $ASSAY_HOME (default: the nearest .assay, here or above). Database: embedded, or the server in $DATABASE_URL.',
    )
    .parserConfiguration({
      'dot-notation': false,
      'boolean-negation': false,
      'camel-case-expansion': false,
    })
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? usageError(message, called, parser)
    })
  try {
    await parser.parseAsync()
  } catch (error) {
    // What yargs finds behind an asynchronous builder it throws past its own handler.
    if ((error as Error).name !== 'YError') throw error
    throw usageError((error as Error).message, called, parser)
  }
}

/** A command line, and the command that it names; null where it names none. */
interface Called {
  readonly args: readonly string[]
  readonly command: string | null
}

/** The commands that could stand where yargs was reading; its types keep them to themselves. */
function commandNames(instance: unknown): string[] {
  const { getInternalMethods } = instance as {
    getInternalMethods?: () => { getCommandInstance: () => { getCommands: () => string[] } }
  }
  return getInternalMethods?.call(instance).getCommandInstance().getCommands() ?? []
}

/** The flags of the command that yargs was reading. */
function flagNames(instance: unknown): string[] {
  const { getOptions } = instance as { getOptions?: () => { key?: Record<string, unknown> } }
  return Object.keys(getOptions?.call(instance).key ?? {})
}

/** The command that yargs was reading, as it was declared: `compare <run> <other>`. */
function declaredCommand(instance: unknown): string {
  const { getInternalMethods } = instance as {
    getInternalMethods?: () => { getContext: () => { fullCommands: string[] } }
  }
  return getInternalMethods?.call(instance).getContext().fullCommands.at(-1) ?? ''
}

function usageError(text: string, called: Called, parser: unknown): AppError {
  const message = text.split('\n')[0] ?? ''
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(message)
  if (unknown) return unknownWord(unknown[1]!.split(', ')[0]!, called, parser)
  const empty = /^Not enough arguments following: (.*)$/.exec(message)
  if (empty) return emptyFlag(empty[1]!, called)
  const needed = /^Missing required arguments?: ([\w-]+)/.exec(message)
  if (needed) {
    return new AppError('USAGE', `--${needed[1]} is missing`, { hint: helpHint(called) })
  }
  const few = /^Not enough non-option arguments: got (\d+)/.exec(message)
  if (few) return missingArgument(Number(few[1]), called, declaredCommand(parser))
  return new AppError('USAGE', text.trim(), { hint: helpHint(called) })
}

function emptyFlag(name: string, called: Called): AppError {
  const value = name === 'set' ? 'name=value' : 'VALUE'
  return new AppError('USAGE', `--${name} has no value`, {
    hint: `write --${name} ${value}; ${helpHint(called)}`,
  })
}

const ARGUMENTS: Readonly<Record<string, string>> = {
  reference: 'a run or a sweep, by its id or the beginning of its id',
  run: 'a run, by its id, the beginning of its id, or latest',
  other: 'a second run to compare with',
  sweep: 'a sweep, by its id, the beginning of its id, or latest',
  'other-sweep': 'a second sweep to compare with',
  strategy: 'a strategy, by its id or the path of its file',
  files: 'a file to read',
  query: 'an SQL query',
  shell: 'a shell: bash, zsh or fish',
}

function missingArgument(given: number, called: Called, declared: string): AppError {
  const names = [...declared.matchAll(/<([\w-]+)(?:\.\.)?>/g)].map(([, name]) => name!)
  const name = names[given] ?? 'argument'
  return new AppError('USAGE', `missing: ${ARGUMENTS[name] ?? `the ${name}`}`, {
    hint: helpHint(called),
  })
}

function unknownWord(name: string, called: Called, parser: unknown): AppError {
  const isFlag = called.args.some(arg => arg === `--${name}` || arg.startsWith(`--${name}=`))
  const near = nearestName(name, isFlag ? flagNames(parser) : commandNames(parser))
  const what = isFlag ? `flag --${name}` : `command or argument "${name}"`
  return new AppError('USAGE', `there is no ${what}`, {
    hint: near ? `did you mean ${isFlag ? '--' : ''}${near}?` : helpHint(called),
  })
}

function helpHint({ command }: Called): string {
  return `see assay ${command === null ? '' : `${command} `}--help`
}
