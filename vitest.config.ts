import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.js'

/**
 * Tests of functions that change nothing outside of themselves, so that they can share a process;
 * without those that fill its memory or measure it.
 */
const PURE =
  'test/{backtest,core,golden,report,strategies}/**/!(memory|purity|thread-runner).test.ts'

/** A core each; not more than four, for some fill a gigabyte of memory. */
const WORKERS = Math.min(4, Math.max(2, availableParallelism()))

/**
 * Each file compiles the embedded database anew, and ends before it is worth optimising: that takes as long
 * again. Commands that tests start as processes of their own run as a user's do.
 */
const WITHOUT_OPTIMISED_DATABASE = ['--liftoff-only']

export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    globalSetup: ['test/global-setup.ts'],
    sequence: { shuffle: true, sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: WORKERS,
    // The built command line is run as it is, not transformed.
    server: { deps: { external: [/\/dist\/\w/] } },
    projects: [
      {
        extends: true,
        test: { name: 'pure', include: [PURE], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: [PURE],
          execArgv: WITHOUT_OPTIMISED_DATABASE,
        },
      },
    ],
  },
})
