import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JobId } from '../../src/model/id.js'
import { JobNames } from '../../src/ui/history/jobs/job-names.js'

/** Names with few different letters, so that texts are found in many of them; some take several bytes. */
const nameUnits = { unit: fc.constantFrom('a', 'B', 'ß', 'İ', '彩', '[', ']', '😀') }
const name = fc.string({ ...nameUnits, maxLength: 6 })

test('a text is found in the names that have it, whatever the case, also in those that come later', () => {
  fc.assert(
    fc.property(
      fc.array(name),
      fc.array(name),
      fc.string({ ...nameUnits, minLength: 1, maxLength: 3 }),
      check,
    ),
  )
  function check(first: readonly string[], later: readonly string[], text: string): void {
    const names = [...first]
    const index = new JobNames({
      get count() {
        return names.length
      },
      idAt: job => `Producer:${names[job]}` as JobId,
    })
    const expectFound = () =>
      expect([...index.with(text)]).toEqual(
        names.map(one => Number(one.toLowerCase().includes(text.toLowerCase()))),
      )
    expectFound()
    names.push(...later)
    while (index.grow(1));
    expectFound()
  }
})
