import yargs, { type Argv, type CommandModule } from 'yargs'

/** A command as yargs keeps it, and the parts of an instance that its types keep to themselves. */
interface Level {
  readonly commands: Readonly<
    Record<string, { readonly original: string; readonly builder: unknown }>
  >
  readonly flags: readonly string[]
  readonly booleans: readonly string[]
  /** What the command says of its arguments: `backtest [strategy]`. */
  readonly declared: string
}

/**
 * What could stand in the place of the last of `words`, which may be empty: commands, flags, strategies,
 * symbols, timeframes. Empty where only the shell knows, as with files.
 */
export async function completionsOf(
  commands: readonly CommandModule[],
  words: readonly string[],
): Promise<readonly string[]> {
  const before = words.slice(0, -1)
  const current = words.at(-1) ?? ''
  const { level, rest } = await levelOf(commands, before)
  const found = await candidates(level, { rest, current })
  return [...new Set(found)]
    .filter(word => word.startsWith(current))
    .sort((a, b) => (a < b ? -1 : 1))
}

/** The innermost command that the words name, and the words behind it. */
async function levelOf(commands: readonly CommandModule[], words: readonly string[]) {
  let level = readLevel(yargs([]).command([...commands]), '')
  let rest = words
  while (rest.length > 0) {
    const named = level.commands[rest[0]!]
    if (named === undefined) break
    const own = yargs([])
    const { builder } = named
    if (typeof builder === 'function') await (builder as (own: Argv) => Argv | Promise<Argv>)(own)
    else own.options(Object(builder) as Record<string, never>)
    level = readLevel(own, named.original)
    rest = rest.slice(1)
  }
  return { level, rest }
}

function readLevel(instance: Argv, declared: string): Level {
  const inner = instance as unknown as {
    getInternalMethods: () => {
      getCommandInstance: () => { getCommandHandlers: () => Level['commands'] }
    }
    getOptions: () => { key: Record<string, unknown>; boolean: string[] }
  }
  const { key, boolean } = inner.getOptions()
  const arguments_ = [...declared.matchAll(/[<[]([\w-]+)/g)].map(([, name]) => name!)
  return {
    commands: inner.getInternalMethods().getCommandInstance().getCommandHandlers(),
    flags: Object.keys(key).filter(name => !arguments_.includes(name)),
    booleans: boolean,
    declared,
  }
}

interface Place {
  readonly rest: readonly string[]
  readonly current: string
}

async function candidates(level: Level, { rest, current }: Place): Promise<readonly string[]> {
  const flag = /^--([\w-]+)$/.exec(rest.at(-1) ?? '')?.[1]
  if (flag !== undefined && !level.booleans.includes(flag)) return valuesOf(flag)
  if (current.startsWith('-')) return level.flags.map(name => `--${name}`)
  const isFirst = rest.every(word => word.startsWith('-'))
  if (!isFirst) return []
  const names = Object.keys(level.commands)
  return /[<[]strategy[>\]]/.test(level.declared) ? [...names, ...(await strategies())] : names
}

async function valuesOf(flag: string): Promise<readonly string[]> {
  if (flag === 'symbol' || flag === 'timeframe') return storedNames(flag)
  return flag === 'format' ? ['csv', 'json', 'parquet'] : []
}

async function strategies(): Promise<readonly string[]> {
  const { shippedStrategies } = await import('../app/strategy/shipped-strategies.js')
  return shippedStrategies().map(({ name }) => name)
}

/** Names of what is stored, from the catalogue: opening a database would take too long for a key. */
async function storedNames(which: 'symbol' | 'timeframe'): Promise<readonly string[]> {
  const { findHome } = await import('../app/workspace/home.js')
  const { catalogued } = await import('../app/data/catalogued.js')
  return catalogued(findHome(process.env)).map(dataSet => dataSet[which])
}
