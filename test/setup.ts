import fc from 'fast-check'

/**
 * Properties draw the same cases at every run, so that a commit is judged by the commit alone.
 * `FC_SEED=random npm test` draws others; a failure prints the seed that repeats it.
 */
const seed = process.env['FC_SEED'] ?? '20260101'
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) })
