import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
// The sources name the built-in providers by a list that is written from their folders.
import './scripts/list-providers.mjs'
import { unitTests } from './test/architecture/unit-tests.js'

const unit = unitTests()

export default defineConfig(({ mode }) => {
  // More rounds and seeds (test/support/rounds.ts): `npm run test:long`. Projects are configured with another mode.
  if (mode === 'long') process.env.SHOWRUNNER_TEST_LONG = '1'
  return {
    test: {
      testTimeout: 30_000,
      env: { SHOWRUNNER_TEST_LONG: process.env.SHOWRUNNER_TEST_LONG ?? '' },
      // One a core, and two at least: much of a test is waiting for disks, timers and processes.
      maxWorkers: Math.max(2, availableParallelism()),
      projects: [
        { extends: true, test: { name: 'unit', include: unit, pool: 'threads', isolate: false } },
        {
          extends: true,
          test: {
            name: 'whole',
            include: ['test/**/*.test.ts'],
            exclude: unit,
            pool: 'forks',
            globalSetup: ['test/support/storage/s3-global.ts'],
          },
        },
      ],
    },
  }
})
