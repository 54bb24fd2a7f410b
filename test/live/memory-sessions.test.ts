import { storedSessionContract } from '../contracts/session-store.js'
import { MemorySessions } from './memory-sessions.js'

storedSessionContract('the memory', () =>
  Promise.resolve({ store: new MemorySessions(), close: () => Promise.resolve() }),
)
