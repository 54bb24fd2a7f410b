import { PLAIN } from './scenarios/plain.js'
import { JOURNAL } from './scenarios/journal.js'
import { LOST } from './scenarios/lost.js'
import { FORKED } from './scenarios/forked.js'
import { NODES } from './scenarios/nodes.js'
import { PRICES } from './scenarios/prices.js'
import { JUPITER } from './scenarios/jupiter.js'
import { SIGNING } from './scenarios/signing.js'
import { TAMPERED } from './scenarios/tampered.js'
import { BALANCES } from './scenarios/balances.js'
import { COMMANDS } from './scenarios/commands.js'
import { CRASHES } from './scenarios/crashes.js'
import type { Scenario } from './scenarios/scenario.js'

/** Everything that is known to go wrong on the way of an order to the chain. */
export const SCENARIOS: readonly Scenario[] = [
  ...PLAIN,
  ...LOST,
  ...FORKED,
  ...NODES,
  ...PRICES,
  ...JUPITER,
  ...SIGNING,
  ...TAMPERED,
  ...BALANCES,
  ...COMMANDS,
  ...CRASHES,
  ...JOURNAL,
]
