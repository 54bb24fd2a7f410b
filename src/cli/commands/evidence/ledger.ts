import { nextLine } from '../../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import { cut, printable } from '../../../core/text-layout.js'
import { table } from '../../../core/text-table.js'
import type { LedgerEntry } from '../../../core/ports/research/ledger.js'
import type { CommandContext } from '../../command.js'
import { JSON_FLAG, isSet, textFlag, type Flags } from '../../flags/flags.js'
import type { Output } from '../../../app/output/output.js'
import { printJson } from '../../terminal/output.js'

/** `assay ledger`: how many trials each strategy has had on each data set. */
export function ledgerCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'ledger',
    describe: 'Count all trials ever made, by data set and strategy: runs and sweeps alike',
    builder: parser =>
      parser
        .option('symbol', { type: 'string', requiresArg: true, describe: 'Of one symbol' })
        .option('timeframe', { type: 'string', requiresArg: true, describe: 'Of one timeframe' })
        .option('strategy', { type: 'string', requiresArg: true, describe: 'Of one strategy' })
        .option('json', JSON_FLAG),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const filter = filterOf(flags)
        const entries = await (await workspace.ledger()).count(filter)
        if (isSet(flags, 'json')) return printJson(output, ledgerJson(entries))
        return printLedger(output, filter, entries)
      })
    },
  }
}

type Filter = Readonly<Partial<Record<'symbol' | 'timeframe' | 'strategy', string>>>

function filterOf(flags: Flags): Filter {
  const names = ['symbol', 'timeframe', 'strategy'] as const
  const given = names.map(name => [name, textFlag(flags, name)] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

function ledgerJson(entries: readonly LedgerEntry[]): Record<string, unknown> {
  return {
    schema_version: 1,
    total_trials: totalOf(entries),
    entries: entries.map(entry => ({
      symbol: entry.symbol,
      timeframe: entry.timeframe,
      data_hash: entry.dataHash,
      strategy: entry.strategy,
      trials: entry.trials,
      failed: entry.failed,
      sharpes: entry.sharpes,
      sharpe_variance: entry.sharpeVariance,
      first: entry.first,
      last: entry.last,
    })),
  }
}

function totalOf(entries: readonly LedgerEntry[]): number {
  return entries.reduce((sum, { trials }) => sum + trials, 0)
}

const WIDTH = 80
const GAP = 2

function printLedger(output: Output, filter: Filter, entries: readonly LedgerEntry[]): void {
  if (entries.length === 0) {
    return output.print(`${nothingOf(filter)}\n${nextLine('assay demo', 'or assay backtest')}`)
  }
  const headings = ['symbol', 'tf', 'data', 'strategy', 'trials', 'first', 'last']
  const rows = entries.map(entry => [
    printable(entry.symbol),
    entry.timeframe,
    entry.dataHash.slice(0, 8) || '–',
    printable(entry.strategy),
    String(entry.trials),
    entry.first.slice(0, 10),
    entry.last.slice(0, 10),
  ])
  output.print(table(headings, fitted(headings, rows)))
  const total = totalOf(entries)
  const next = nextLine('assay runs list', 'those that were kept as runs')
  return output.print(`\n${total} ${total === 1 ? 'trial' : 'trials'} in all\n${next}`)
}

/** Cuts symbols and strategies, which may have any length, to what the other columns leave. */
function fitted(headings: readonly string[], rows: readonly string[][]): string[][] {
  const [symbol, strategy] = [headings.indexOf('symbol'), headings.indexOf('strategy')]
  const widths = headings.map((heading, k) =>
    Math.max(heading.length, ...rows.map(row => row[k]!.length)),
  )
  const used = widths.reduce((sum, width) => sum + width + GAP, -GAP)
  const room = WIDTH - used + widths[symbol]! + widths[strategy]!
  // Each may have half, and what the other does not need of its own.
  const half = Math.floor(room / 2)
  const symbolWidth = Math.max(half, room - widths[strategy]!)
  const strategyWidth = Math.max(room - half, room - widths[symbol]!)
  return rows.map(row =>
    row.map((cell, k) =>
      k === strategy ? cut(cell, strategyWidth) : k === symbol ? cut(cell, symbolWidth) : cell,
    ),
  )
}

function nothingOf({ symbol, timeframe, strategy }: Filter): string {
  const place = [symbol, timeframe].filter(part => part !== undefined).join(' ')
  const of = strategy === undefined ? '' : ` of ${strategy}`
  const on = place === '' ? '' : ` on ${place}`
  return `no trials${of}${on} are stored yet; assay backtest and assay sweep make them`
}
