import { chained } from './averages.js'
import { swinging } from './oscillators.js'
import { spreading } from './ranges.js'
import { trending } from './trends.js'
import { trading } from './volume.js'
import type { CatalogueEntry, Family } from './entry.js'
import type { Indicator } from '../indicator.js'

export type { CatalogueEntry, Family }

/** Every indicator, by family. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  ...chained,
  ...swinging,
  ...trending,
  ...spreading,
  ...trading,
]

/** The indicators of an example: itself, or its fields by name. */
export function outputsOf(entry: CatalogueEntry): readonly (readonly [string, Indicator])[] {
  const example = entry.example()
  if (entry.outputs.length === 0) return [[entry.name, example as Indicator]]
  const fields = example as Readonly<Record<string, Indicator>>
  return entry.outputs.map(output => [`${entry.name}.${output}`, fields[output]!] as const)
}
