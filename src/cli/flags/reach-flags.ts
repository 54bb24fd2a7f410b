import type { Options } from 'yargs'
import { valueFlag } from './flags.js'

/** How sources are reached; every command that asks one has these flags. */
export const REACH_FLAGS = {
  'source-url': valueFlag('Another address for the source, for mirrors and tests'),
  proxy: valueFlag('A proxy, instead of what HTTPS_PROXY names'),
  rate: valueFlag('Requests a second, instead of half of what the source allows; 0: no limit'),
} as const satisfies Readonly<Record<string, Options>>
