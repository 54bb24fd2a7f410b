import { swapJournalContract } from '../contracts/swap-journal.js'
import { MemoryJournal } from './memory-journal.js'

swapJournalContract('the journal in memory', () =>
  Promise.resolve({ journal: new MemoryJournal(), close: () => Promise.resolve() }),
)
