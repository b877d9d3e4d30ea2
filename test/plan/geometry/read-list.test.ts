import { expect, test } from 'vitest'
import type { LoopSpec } from '../../../src/blueprint/blueprint.js'
import { readList } from '../../../src/plan/geometry/read-list.js'

const loop = {
  name: 'scene',
  type: 'over',
  key: [{ type: 'element', loop: 'scene', path: ['slug'] }],
  parents: [],
  isGrown: true,
} as unknown as LoopSpec

test('a list whose keys do not fit in one line of the log cannot be run over', () => {
  const elements = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ slug: `${at}`.padEnd(200, 'ä') }))
  // 200 characters are up to 400 bytes here.
  expect(readList(loop, elements(100_000))).toHaveProperty('list')
  expect(readList(loop, elements(140_000))).toMatchObject({ fault: expect.stringContaining('48 MiB') })
  expect(readList({ ...loop, isGrown: false } as LoopSpec, elements(140_000))).toHaveProperty('list')
})
