import { expect, test } from 'vitest'
import { loadedWith } from '../../support/bundled-imports.js'

test('a program that imports the library loads a few files, and no package', () => {
  expect(loadedWith('index.js')).toEqual({
    files: [
      'index.js',
      'lib/engine.js',
      'lib/index.js',
      'lib/provider-contract.js',
      'lib/rolldown-runtime.js',
    ],
    packages: [],
  })
})

test('a run needs one more, whatever it runs', () => {
  expect(
    loadedWith('lib/running.js').files.filter(file => !loadedWith('index.js').files.includes(file)),
  ).toEqual(['lib/running.js'])
})

test('a module with a provider loads its contract alone', () => {
  expect(loadedWith('provider.js')).toEqual({
    files: ['lib/provider-contract.js', 'lib/provider.js', 'provider.js'],
    packages: [],
  })
})
