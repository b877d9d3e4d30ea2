import { expect, test } from 'vitest'
import { readSourceFiles, type SourceFiles, withoutComments } from './source-files.js'

/** Settings of a producer over those of its provider, in either way to write it. */
const MERGE =
  /\.\.\.\s*(?:\w+\.)*(?:producer|provider|resolved|settings)\??\.config\b|producer\.(?:model|timeoutMs)\s*\?\?/

const merges = (files: SourceFiles) =>
  [...files].filter(([, source]) => MERGE.test(withoutComments(source))).map(([path]) => path)

test('a producer meets its provider in one place', () => {
  expect(merges(readSourceFiles())).toEqual(['engine/provider/binding.ts'])
})

test.each([
  '{ ...provider.config, ...producer.config }',
  '({ ...family.producer.config })',
  'producer.model ?? provider.model',
])('this rule can be broken by %s', code => {
  expect(merges(new Map([['probe/new.ts', code]]))).toHaveLength(1)
})
