import { expect, test } from 'vitest'
import type { LoggedEvent, MovieEvent } from '../../src/model/movie/event.js'
import { MovieHistory } from '../../src/ui/history/movie-history.js'
import { changeEvents } from '../../src/ui/query/job/change-events.js'

/** What a change has made is found wherever the log was cut when it was read: the history does without these lines. */

const timestamp = '2026-01-01T00:00:00.000Z'
const artifact = (job: string, output: string, jobId?: string) => ({
  type: 'artifact',
  artifactId: `Producer:${job}.${output}`,
  value: output,
  ...(jobId && { jobId: `Producer:${jobId}`, attempt: 1 }),
  timestamp,
})
const succeeded = (job: string) => ({
  type: 'job.succeeded',
  jobId: `Producer:${job}`,
  attempt: 1,
  durationMs: 5,
  timestamp,
})

const LOG = [
  { type: 'writer.opened', token: 1, holder: 'h', timestamp },
  artifact('A', 'Text', 'A'),
  artifact('A', 'Title', 'A'),
  succeeded('A'),
  { ...succeeded('B'), type: 'job.failed', error: { code: 'bug', message: 'no' } },
  succeeded('C'),
  artifact('D', 'Text', 'D'),
  succeeded('D'),
  artifact('A', 'Text'),
  { type: 'artifact.pinned', artifactId: 'Producer:A.Text', isEdited: true, timestamp },
  { type: 'artifact.unpinned', artifactId: 'Producer:D.Text', timestamp },
].map((event, at): LoggedEvent => ({ seq: at + 1, event: event as unknown as MovieEvent }))

test.each([1, 2, 3, 4, 5, LOG.length])('in batches of %i lines', async size => {
  const history = new MovieHistory(async () => undefined)
  const batches: LoggedEvent[][] = []
  for (let at = 0; at < LOG.length; at += size) {
    const batch = LOG.slice(at, at + size)
    batches.push(batch)
    const events = batch.filter(({ event }) => event.type !== 'artifact')
    await history.take({ events, position: { seq: batch.at(-1)!.seq, offset: at + 1, token: 1 } })
  }
  const movie = { history, events: async (batch: number) => batches[batch]! }
  const found: string[] = []
  for (let change = 0; change < history.length; change++) {
    const { change: line, artifacts } = await changeEvents(movie, change)
    found.push(`${line?.seq}: ${artifacts.map(({ seq }) => seq)}`)
  }
  expect(found).toEqual(['4: 2,3', '5: ', '6: ', '8: 7', '10: 9', '11: '])
})
