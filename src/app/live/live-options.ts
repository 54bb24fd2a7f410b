import type { Amount, Optional } from '../options/options.js'
import type { FeedOptions } from './runner/market-feed.js'

/** Where the chain and Jupiter are. */
export type ChainOptions = Optional<{
  /** Nodes of the chain, commas between them; SOLANA_RPC_URL where it is left out. */
  rpc: string
  /** The cluster that they must serve: mainnet, or the hash of a first block. */
  cluster: string
  /** Where Jupiter answers; JUPITER_URL where it is left out. */
  jupiterUrl: string
  /** Requests to Jupiter in a second: 1 is what a free key may. */
  jupiterRate: Amount
  proxy: string
}>

/** A live session, and what it trades with. */
export type LiveOptions = FeedOptions &
  ChainOptions &
  Optional<{
    /** What it runs on, one or several together; a session that goes on names them itself. */
    promotion: string | readonly string[]
    /** How several legs share the account: `equal`, `kelly` ... */
    allocation: string
    /** When their weights are made anew: `1d`, `1w`, `never`. */
    rebalance: string
    /** Configuration file whose section `account.allocation` says how. */
    config: string
    /** Configuration file whose section `notifications` says whom to tell of events. */
    notify: string
    /** A session to go on with. */
    session: string
    /** The source of its candles; that of the symbol, or binance. */
    feed: string
    /** Path of the key file. */
    wallet: string
    passphraseFile: string
    passphraseFd: string
    /** Quote coins that it may trade with; what the wallet holds where it is left out. */
    capital: Amount
    /** How far the quote coin may be from a dollar, a share; 0 for no limit. */
    maxDepeg: Amount
    /** How far the last close may be from an independent price, a share; 0 for no limit. */
    maxDeviation: Amount
    /** Orders that may be refused within an hour; 0 for no limit. */
    maxRefused: Amount
    /** Everything except signing and sending. */
    dryRun: boolean
    iUnderstandThisTradesRealMoney: boolean
    timeLimit: Amount
  }>

export const JUPITER_URL = 'https://api.jup.ag'
