import { expect, test } from 'vitest'
import { findJob, unknownJob } from '../../src/plan/find-job.js'
import { planOf } from '../support/blueprint/blueprints.js'

const producer = (...loop: [string, ...string[]]) => ({ loop, provider: 'p', outputs: { Text: 'text' } })
const plan = planOf({
  name: 'book',
  loops: {
    page: { count: 20 },
    column: { count: 3 },
    line: { count: 4 },
    one: { count: 1 },
    none: { count: 0 },
  },
  producers: {
    Page: producer('page'),
    Grid: producer('column', 'line'),
    Cover: { provider: 'p', outputs: { Text: 'text' } },
    Sole: producer('one'),
    None: producer('none'),
  },
})

test.each([
  ['Producer:Page[3].Image', 3],
  ['Page[3]', 3],
  ['Grid[1][2]', 26],
  ['Cover', 32],
  ['Page', -1],
  ['Page[20]', -1],
])('%s is job %i', (written, job) => {
  expect(findJob(plan, written)).toBe(job)
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
