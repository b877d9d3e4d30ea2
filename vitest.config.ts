import { defineConfig } from 'vitest/config'
import { unitTests } from './test/architecture/unit-tests.js'

const unit = unitTests()

export default defineConfig({
  test: {
    testTimeout: 30_000,
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
