import type { Options } from 'yargs'

const text = (describe: string): Options => ({ type: 'string', requiresArg: true, describe })

/** How sources are reached; every command that asks one has these flags. */
export const REACH_FLAGS = {
  'source-url': text("Another address than the source's own, for mirrors and tests"),
  proxy: text('A proxy, instead of what HTTPS_PROXY names'),
  rate: text('Requests in a second, instead of half of what the source allows; 0: no limit'),
} as const satisfies Readonly<Record<string, Options>>
