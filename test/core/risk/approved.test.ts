import { join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'

const REPOSITORY = join(import.meta.dirname, '../../..')
const LONGEST_MS = 60_000

/** Every way from a decision to the books or to a venue, and the same without the risk check. */
const WAYS: readonly (readonly [file: string, checked: string, unchecked: string])[] = [
  ['market-orders.ts', 'enter(desk.guard.approve(ticket), ', 'enter(ticket, '],
  ['resting-fills.ts', 'enter(desk.guard.approve(ticket), ', 'enter(ticket, '],
  ['leg.ts', 'enter(guard.reported(this.ticket), ', 'enter(this.ticket, '],
  ['venue-orders.ts', 'this.desk.guard.approve(ticket)', 'ticket'],
  ['venue-orders.ts', 'this.desk.guard.release(order, entry?.approved ?? null)', 'order'],
]

/** What the compiler says of a file of the trading engine, as it is or with other text. */
function messagesOf(name: string, change: (text: string) => string): string[] {
  const path = join(REPOSITORY, 'src/core/trading', name)
  const { config } = ts.readConfigFile(join(REPOSITORY, 'tsconfig.core.json'), read) as {
    config: object
  }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, REPOSITORY)
  const host = ts.createCompilerHost(options)
  const getSourceFile = host.getSourceFile.bind(host)
  host.getSourceFile = (file, ...rest) =>
    file === path
      ? ts.createSourceFile(file, change(read(file)), ts.ScriptTarget.Latest)
      : getSourceFile(file, ...rest)
  const program = ts.createProgram([path], options, host)
  return program
    .getSemanticDiagnostics(program.getSourceFile(path))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

function read(file: string): string {
  return ts.sys.readFile(file)!
}

it.each(WAYS)(
  'in %s nothing compiles that goes round the risk check: %s',
  (name, checked, unchecked) => {
    const remove = (text: string): string => {
      expect(text.split(checked), 'the check stands there once').toHaveLength(2)
      return text.replace(checked, unchecked)
    }
    const messages = messagesOf(name, remove)
    expect(messages).not.toEqual([])
    expect(messages[0]).toMatch(/is not assignable to (parameter of )?type '?Approved</)
  },
  LONGEST_MS,
)

it(
  'compiles with the check, so that nothing else is what is refused',
  () => {
    expect(messagesOf('market-orders.ts', text => text)).toEqual([])
  },
  LONGEST_MS,
)
