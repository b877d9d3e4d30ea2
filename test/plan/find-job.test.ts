import { expect, test } from 'vitest'
import { unknownJob, writtenJobId } from '../../src/plan/find-job.js'
import type { Family } from '../../src/plan/geometry/family.js'
import type { Plan } from '../../src/plan/plan.js'

const family = (name: string, ...extents: number[]) =>
  ({
    producer: { name },
    extents,
    size: extents.reduce((product, extent) => product * extent, 1),
  }) as unknown as Family
const plan = {
  families: [family('Page', 20), family('Grid', 3, 4), family('Cover'), family('Sole', 1), family('None', 0)],
} as unknown as Plan

test.each([
  ['Producer:Page[3].Image', 'Producer:Page[3]'],
  ['Page[3]', 'Producer:Page[3]'],
  ['Page', 'Producer:Page'],
])('%s is written for %s', (written, id) => {
  expect(writtenJobId(written)).toBe(id)
})

test.each([
  ['Page[99]', 'Did you mean "Page[19]"? Page has 20 jobs, Page[0] to Page[19].'],
  ['Page', 'Did you mean "Page[0]"? Page has 20 jobs, Page[0] to Page[19].'],
  ['pages[4]', 'Did you mean "Page[4]"? Page has 20 jobs, Page[0] to Page[19].'],
  ['Grid[1]', 'Did you mean "Grid[1][0]"? Grid has 12 jobs, Grid[0][0] to Grid[2][3].'],
  ['Grid[9][9][9]', 'Did you mean "Grid[2][3]"? Grid has 12 jobs, Grid[0][0] to Grid[2][3].'],
  ['Cover[0]', 'Did you mean "Cover"? Cover is a single job.'],
  ['Sole[1]', 'Did you mean "Sole[0]"? Sole has one job, Sole[0].'],
  ['None[0]', 'None has no jobs with these inputs: one of its loops is empty.'],
  ['Illustration[0]', 'Its producers are Page, Grid, Cover, Sole, None.'],
])('instead of %s: %s', (written, hint) => {
  const error = unknownJob(plan, written, 'job')
  expect(error).toMatchObject({ code: 'JOB_UNKNOWN', details: { job: written } })
  expect(error.message).toBe(`The plan has no job "${written}". ${hint}`)
})

test('a producer stands for all its jobs where that is possible', () => {
  expect(unknownJob(plan, 'Paje', 'job or producer').message).toContain('Did you mean "Page"?')
})
