import { expect, test } from 'vitest'
import { answerAt, jsonPathSchema } from '../../../src/providers/kit/json-path.js'

const answer = {
  data: [{ url: 'a', tags: ['x', 'y'] }, { url: 'b' }],
  meta: { 'odd key': 1, $ref: 2, '*': 3, naïve: 4 },
}

test.each([
  ['data[0].url', 'a'],
  ['$.data[1].url', 'b'],
  ['data[*].url', ['a', 'b']],
  ['data[*].tags[*]', ['x', 'y']],
  ['meta["odd key"]', 1],
  ["meta['odd key']", 1],
  ['meta.$ref', 2],
  ['meta["*"]', 3],
  ['meta.naïve', 4],
  ['meta[*]', undefined],
  ['data.url', undefined],
  ['data[7].url', undefined],
])('%s', (path, found) => {
  expect(jsonPathSchema.safeParse(path).success).toBe(true)
  expect(answerAt(answer, path)).toEqual(found)
})

test.each(['data[', 'data..url', 'data[-1]', 'meta["odd]', 'meta["\\x"]', 'a b', 'data[1234567890]'])(
  'no path: %s',
  path => {
    expect(jsonPathSchema.safeParse(path).success).toBe(false)
    expect(answerAt(answer, path)).toBeUndefined()
  },
)
