import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
// The sources name the built-in providers by a list that is written from their folders.
import './scripts/list-providers.mjs'
import { unitTests } from './test/architecture/unit-tests.js'

const unit = unitTests()

export default defineConfig({
  test: {
    testTimeout: 30_000,
    // One a core, and two at least: much of a test is waiting for disks, timers and processes.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      { extends: true, test: { name: 'unit', include: unit, pool: 'threads' } },
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
})
