const text = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const

/** Where the chain and Jupiter are. */
export const CHAIN_FLAGS = {
  rpc: text('Nodes of the chain, commas between them [$SOLANA_RPC_URL]'),
  cluster: text('Cluster that they must serve [mainnet]'),
  'jupiter-url': text('Where Jupiter answers [$JUPITER_URL, or https://api.jup.ag]'),
  'jupiter-rate': text('Requests to Jupiter in a second [1]'),
} as const
