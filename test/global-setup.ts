import { build } from '../scripts/build.js'

/** The command line is tested as it is shipped: built. */
export default async function setup(): Promise<void> {
  await build()
}
