import { valueFlag } from './flags.js'

/** Where the chain and Jupiter are. */
export const CHAIN_FLAGS = {
  rpc: valueFlag('Nodes of the chain, commas between them [$SOLANA_RPC_URL]'),
  cluster: valueFlag('Cluster that they must serve [mainnet]'),
  'jupiter-url': valueFlag('Where Jupiter answers [$JUPITER_URL, or https://api.jup.ag]'),
  'jupiter-rate': valueFlag('Requests to Jupiter in a second [1]'),
} as const
