import { expect, test } from 'vitest'
import type { MovieId } from '../../../src/model/id.js'
import { readHeader } from '../../../src/storage/manifest/manifest-header.js'

const identity = { path: 'atlas/manifests/000000000002.json', movie: 'atlas' as MovieId, revision: 2 }
const lineOf = (header: object) =>
  `${JSON.stringify({ format: 'showrunner-manifest', version: 3, movieId: 'atlas', revision: 2, ...header }).slice(0, -1)},`

test.each([1, 2, 3])('form %i is read', version => {
  expect(readHeader(identity, lineOf({ version })).header).toMatchObject({ version, revision: 2 })
})

test('a manifest of a newer version is not called damaged, which would have somebody delete it', () => {
  expect(() => readHeader(identity, lineOf({ version: 4 }))).toThrow(
    expect.objectContaining({ code: 'STORE_UNSUPPORTED', details: { path: identity.path, version: 4 } }),
  )
})

test.each([{ version: 0 }, { version: 'four' }, { version: 4, format: 'other' }, { movieId: 'other' }])(
  'the header of %o is damage',
  header => {
    expect(() => readHeader(identity, lineOf(header))).toThrow(
      expect.objectContaining({ code: 'MANIFEST_CORRUPT' }),
    )
  },
)
