import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import * as z from 'zod'
import { STATE_SCHEMAS } from '../src/live/state/state-values.js'

/** Writes the JSON Schemas of the values that programs share while sessions run. */
const folder = join(import.meta.dirname, '../docs/schemas')
for (const [name, schema] of Object.entries(STATE_SCHEMAS)) {
  const path = join(folder, `${name}.json`)
  const style = { ...(await resolveConfig(path)), filepath: path }
  writeFileSync(path, await format(JSON.stringify(z.toJSONSchema(schema)), style))
}
