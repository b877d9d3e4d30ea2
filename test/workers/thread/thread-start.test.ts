import { expect, test } from 'vitest'
import { loadedWith } from '../../support/bundled-imports.js'

test('a thread starts with its entry, the model and the limiter: no schemas, no store, no package', () => {
  expect(loadedWith('thread/worker-main.js')).toEqual({
    files: ['thread/shared-limiter.js', 'thread/shared-model.js', 'thread/worker-main.js'],
    packages: [],
  })
})

test('a thread that stores blobs on a local disk loads no package for it', () => {
  expect(loadedWith('thread/shared-store.js').packages).toEqual([])
})
