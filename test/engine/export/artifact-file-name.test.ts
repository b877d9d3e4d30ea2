import { expect, test } from 'vitest'
import { ArtifactFileNames } from '../../../src/engine/export/artifact-file-name.js'
import type { ArtifactRecord } from '../../../src/model/movie/manifest.js'

const blob = (artifactId: string, mimeType: string) =>
  ({ artifactId, hash: 'h', blob: { hash: 'h', sizeBytes: 1, mimeType } }) as unknown as ArtifactRecord
const value = (artifactId: string) => ({ artifactId, hash: 'h', value: 'x' }) as unknown as ArtifactRecord

test.each([
  ['image/png', '.png'],
  ['image/jpg', '.jpg'],
  ['audio/flac', '.flac'],
  ['audio/mpeg', '.mp3'],
  ['audio/x-wav', '.wav'],
  ['audio/opus', '.opus'],
  ['video/quicktime', '.mov'],
  ['video/x-matroska', '.mkv'],
  ['text/plain; charset=utf-8', '.txt'],
  ['application/x-ndjson', '.jsonl'],
  ['model/gltf-binary', '.glb'],
  ['font/woff2', '.woff2'],
  ['application/x-of-nobody', '.bin'],
  ['constructor', '.bin'],
  ['__proto__', '.bin'],
])('%s is kept as %s', (mimeType, ending) => {
  expect(new ArtifactFileNames().nameOf(blob('Producer:Film[3].Reel', mimeType))).toBe(`Film-3.Reel${ending}`)
})

test('names that a file system may take for one are two', () => {
  const names = new ArtifactFileNames()
  const ids = [
    'Producer:Page[0].Text',
    'Producer:PAGE[0].Text',
    'Producer:Page[1].Text',
    'Producer:PAGE[1].Text',
    'Producer:Page[0].TEXT',
  ]
  const made = ids.map(id => names.nameOf(value(id)))
  expect(made).toEqual([
    'Page-0.Text.txt',
    'PAGE~2-0.Text.txt',
    'Page-1.Text.txt',
    'PAGE~2-1.Text.txt',
    'Page~3-0.TEXT.txt',
  ])
  expect(new Set(made.map(name => name.toLowerCase())).size).toBe(ids.length)
})

test('keys that do not fit into the name of a file are told apart all the same', () => {
  const names = new ArtifactFileNames()
  const nameOf = (key: string) => names.nameOf(value(`Producer:Page[${key}].Text`))
  expect([nameOf('fox'), nameOf('Fox'), nameOf('"1001"')]).toEqual([
    'Page-fox.Text.txt',
    'Page-Fox~2.Text.txt',
    'Page-1001.Text.txt',
  ])
  const odd = ['"a b"', '"a_b"', '"a/b"', '"../../etc"', `"${'x'.repeat(200)}"`, `"${'x'.repeat(199)}y"`].map(
    nameOf,
  )
  expect(new Set(odd.map(name => name.toLowerCase())).size).toBe(odd.length)
  for (const name of odd) expect(name).toMatch(/^Page-[\w~-]{1,70}\.Text\.txt$/)
})
