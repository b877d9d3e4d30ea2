import { defineConfig } from 'vitest/config'
// The sources name the built-in providers by a list that is written from their folders.
import './scripts/list-providers.mjs'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    pool: 'forks',
    globalSetup: ['test/support/storage/s3-global.ts'],
  },
})
