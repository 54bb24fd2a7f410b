import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { STATE_SCHEMAS } from '../src/live/state/state-values.js'

/** Writes the JSON Schemas of the values that programs share while sessions run. */
const folder = join(import.meta.dirname, '../docs/schemas')
for (const [name, schema] of Object.entries(STATE_SCHEMAS)) {
  const text = JSON.stringify(z.toJSONSchema(schema), null, 2)
  writeFileSync(join(folder, `${name}.json`), `${text}\n`)
}
