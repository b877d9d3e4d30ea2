import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('a store from outside the package passes its contract and keeps a movie', async () => {
  const program = join(process.cwd(), 'examples/own-store/own-store.mjs')
  const { stdout } = await promisify(execFile)(process.execPath, [program])
  expect(stdout).toContain('the store keeps its promises')
  expect(stdout).toMatch(/^succeeded .*every checksum is right$/m)
  expect(stdout).toMatch(/^ +\d+ badges\/events\/000000000001\.jsonl$/m)
})
