import type { ParquetWriter, SchemaElement } from 'hyparquet-writer'
import { snakeCase } from '../../../core/canonical.js'
import type { TrialRecord } from '../../../core/ports/sweeps.js'
import { ENGINE_VERSION } from '../../../core/version.js'
import { METRIC_FORMULAS } from '../../../core/metrics/metric-formulas.js'

export type TrialFormat = 'csv' | 'parquet'

/** Trials a page at a time; every call begins again at the first. */
export type TrialSource = () => AsyncIterable<readonly TrialRecord[]>

type Value = number | string | boolean | null

/** A column of the table that an export writes: one row a trial. */
interface TrialColumn {
  readonly name: string
  readonly type: 'whole' | 'number' | 'boolean' | 'text'
  readonly valueOf: (trial: TrialRecord) => Value
}

const ROW_GROUP = 10_000

const BEFORE_PARAMS: readonly TrialColumn[] = [
  { name: 'number', type: 'whole', valueOf: trial => trial.number },
  { name: 'status', type: 'text', valueOf: trial => trial.status },
  { name: 'strategy', type: 'text', valueOf: trial => trial.strategy },
  { name: 'symbol', type: 'text', valueOf: trial => trial.symbol },
  { name: 'timeframe', type: 'text', valueOf: trial => trial.timeframe },
  { name: 'template', type: 'text', valueOf: trial => trial.template },
]

const AFTER_PARAMS: readonly TrialColumn[] = [
  { name: 'score', type: 'number', valueOf: trial => trial.score },
  ...Object.keys(METRIC_FORMULAS)
    .map(snakeCase)
    .map((name): TrialColumn => ({
      name,
      type: 'number',
      valueOf: trial => trial.metrics?.[name] ?? null,
    })),
  { name: 'message', type: 'text', valueOf: trial => trial.message },
  { name: 'run_id', type: 'text', valueOf: trial => trial.runId },
  { name: 'result_hash', type: 'text', valueOf: trial => trial.resultHash },
  { name: 'data_hash', type: 'text', valueOf: trial => trial.dataHash },
]

/**
 * Trials as CSV (RFC 4180, null is nothing, an empty text is `""`), a page at a time. A parameter
 * has a column under its own name; `param_` stands before it only where another column has that.
 */
export async function* trialsCsv(source: TrialSource): AsyncIterable<string> {
  const columns = await columnsOf(source)
  yield `${columns.map(({ name }) => csvField(name)).join(',')}\n`
  for await (const page of source()) {
    yield page
      .map(trial => `${columns.map(column => csvField(column.valueOf(trial))).join(',')}\n`)
      .join('')
  }
}

/** Trials as Parquet with the columns of the CSV, in pieces; null is null. */
export async function* trialsParquet(source: TrialSource): AsyncIterable<Uint8Array> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer')
  const columns = await columnsOf(source)
  const writer = new ByteWriter(1 << 20)
  const take = (): Uint8Array => {
    const taken = writer.getBytes().slice()
    // Its `offset` goes on counting: that is where in the file the next piece lies.
    writer.index = 0
    return taken
  }
  const createdBy = `assay version ${ENGINE_VERSION}`
  const file = new ParquetWriter({ writer, schema: schemaOf(columns), createdBy })
  for await (const trials of grouped(source(), ROW_GROUP)) {
    writeGroup(file, columns, trials)
    yield take()
  }
  void file.finish()
  yield take()
}

/** All columns of these trials: several strategies have several sets of parameters. */
async function columnsOf(source: TrialSource): Promise<readonly TrialColumn[]> {
  const types = new Map<string, TrialColumn['type']>()
  for await (const page of source()) {
    for (const { params } of page) {
      for (const name of Object.keys(params)) {
        const type = typeOf(params[name]!)
        types.set(name, (types.get(name) ?? type) === type ? type : 'text')
      }
    }
  }
  const others = [...BEFORE_PARAMS, ...AFTER_PARAMS].map(({ name }) => name)
  const taken = new Set([...others, ...types.keys()])
  const names = [...types.keys()].sort((a, b) => (a < b ? -1 : 1))
  const params = names.map((param): TrialColumn => {
    const type = types.get(param)!
    const asText = (value: Value): Value => (value === null ? null : String(value))
    const valueOf = (trial: TrialRecord): Value => trial.params[param] ?? null
    return {
      name: others.includes(param) ? freeName(param, taken) : param,
      type,
      valueOf: type === 'text' ? trial => asText(valueOf(trial)) : valueOf,
    }
  })
  return [...BEFORE_PARAMS, ...params, ...AFTER_PARAMS]
}

function typeOf(value: number | string | boolean): TrialColumn['type'] {
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'boolean' : 'text'
}

function freeName(param: string, taken: Set<string>): string {
  let name = param
  while (taken.has(name)) name = `param_${name}`
  taken.add(name)
  return name
}

function csvField(value: Value): string {
  if (value === null) return ''
  const text = String(value)
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

async function* grouped(
  pages: AsyncIterable<readonly TrialRecord[]>,
  size: number,
): AsyncIterable<readonly TrialRecord[]> {
  let group: TrialRecord[] = []
  for await (const page of pages) {
    group.push(...page)
    if (group.length < size) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

function schemaOf(columns: readonly TrialColumn[]): SchemaElement[] {
  return [{ name: 'trials', num_children: columns.length }, ...columns.map(elementOf)]
}

function elementOf({ name, type }: TrialColumn): SchemaElement {
  const optional = { name, repetition_type: 'OPTIONAL' } as const
  switch (type) {
    case 'whole':
      return { ...optional, type: 'INT64' }
    case 'number':
      return { ...optional, type: 'DOUBLE' }
    case 'boolean':
      return { ...optional, type: 'BOOLEAN' }
    case 'text':
      return { ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8' }
  }
}

function writeGroup(
  file: ParquetWriter,
  columns: readonly TrialColumn[],
  trials: readonly TrialRecord[],
): void {
  // Returns a promise only for a writer that flushes by itself.
  void file.write({
    columnData: columns.map(({ name, type, valueOf }) => ({
      name,
      data: trials.map(trial =>
        type === 'whole' ? BigInt(valueOf(trial) as number) : valueOf(trial),
      ),
    })),
    rowGroupSize: trials.length,
  })
}
