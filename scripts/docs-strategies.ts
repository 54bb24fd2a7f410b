import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import type { ParamSpec, ParamSpecs } from '../src/core/strategy/params.js'
import type { AnyStrategy } from '../src/core/strategy/strategy.js'
import { STRATEGIES } from '../strategies/index.js'
import { examplePage, PAGES as EXAMPLE_PAGES } from './docs-examples.js'

const FOLDER = fileURLToPath(new URL('../docs/strategies/', import.meta.url))
const GENERATED = /<!-- generated:(\w+) -->[\s\S]*?<!-- \/generated -->/g

/** Path of every strategy page, and of the index. */
export const PAGES: readonly string[] = [
  `${FOLDER}README.md`,
  ...STRATEGIES.map(({ name }) => `${FOLDER}${name}.md`),
]

function tableText(rows: readonly (readonly string[])[]): string {
  const [head, ...body] = rows
  return [head!, head!.map(() => '---'), ...body]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n')
}

function rangeOf(spec: ParamSpec): string {
  switch (spec.kind) {
    case 'choice':
      return spec.options.join(', ')
    case 'boolean':
      return 'true, false'
    case 'integer':
    case 'number':
      return `${spec.min} to ${spec.max}`
  }
}

/** Parameters and templates of a strategy as its specs say them. */
function parameterTable(strategy: AnyStrategy): string {
  const specs = Object.entries(strategy.params as ParamSpecs)
  const templates = Object.entries(
    strategy.templates as Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  )
  const rows = specs.map(([name, spec]) => [
    `\`${name}\``,
    spec.description ?? '',
    spec.kind,
    rangeOf(spec),
    String(spec.default),
    ...templates.map(([, values]) => String(values[name] ?? spec.default)),
  ])
  const head = ['Parameter', 'Meaning', 'Kind', 'Range', 'Default']
  return tableText([[...head, ...templates.map(([name]) => `\`${name}\``)], ...rows])
}

function strategyList(): string {
  const rows = STRATEGIES.map(({ name, description }) => [`[${name}](${name}.md)`, description])
  return tableText([['Strategy', 'What it does'], ...rows])
}

/** A page with its generated parts made anew. */
export async function strategyPage(path: string): Promise<string> {
  const strategy = STRATEGIES.find(({ name }) => path.endsWith(`/${name}.md`))
  const text = readFileSync(path, 'utf8').replace(GENERATED, (_, what: string) => {
    const part = strategy && what === 'parameters' ? parameterTable(strategy) : strategyList()
    return `<!-- generated:${what} -->\n\n${part}\n\n<!-- /generated -->`
  })
  return format(text, { ...(await resolveConfig(path)), parser: 'markdown' })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of PAGES) writeFileSync(path, await strategyPage(path))
  for (const path of EXAMPLE_PAGES) writeFileSync(path, await examplePage(path))
}
