import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.js'

/**
 * Tests of functions that change nothing outside of themselves, so that they can share a process;
 * without those that fill its memory or measure it.
 */
const PURE =
  'test/{backtest,core,golden,report,strategies}/**/!(memory|purity|thread-runner).test.ts'

export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    globalSetup: ['test/global-setup.ts'],
    sequence: { shuffle: true, sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // The built command line is run as it is, not transformed.
    server: { deps: { external: [/\/dist\/\w/] } },
    projects: [
      {
        extends: true,
        test: { name: 'pure', include: [PURE], isolate: false },
      },
      {
        extends: true,
        test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: [PURE] },
      },
    ],
  },
})
