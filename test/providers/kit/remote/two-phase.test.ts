import { expect, test } from 'vitest'
import type { JobAssignment } from '../../../../src/model/job.js'
import type { JsonValue } from '../../../../src/model/json.js'
import http from '../../../../src/providers/http/http.js'
import type { JobRunner } from '../../../../src/workers/attempt/job-runner.js'
import { codeOf } from '../../../support/jobs/job-inbox.js'
import { runProvider, valuesOf } from '../../../support/jobs/provider-run.js'
import { FILM, filmConfig, startFilmServer } from '../../../support/servers/film-server.js'
import { LOST } from '../../../support/servers/loopback-server.js'

/** What holds for every provider of a service with jobs of its own, shown with `http`. */

const SUBMIT = /^POST \/films$/
const POLL = /^GET \/films\/\w+$/
const FILE = /\/file$/
const CANCEL = /\/cancel$/

async function filmService() {
  const { server, films } = await startFilmServer()
  const make = async (
    job: Partial<JobAssignment> = {},
    timeoutMs = 20_000,
    onStart: (runner: JobRunner) => void = () => {},
  ) => {
    const run = await runProvider(
      http,
      { config: filmConfig(server.url) as never, outputs: { Film: { type: 'video/mp4' } }, timeoutMs },
      { inputs: { prompt: 'waves' }, ...job },
      { onStart },
    )
    const checkpoints = run.inbox.messages.flatMap(message =>
      message.type === 'job.checkpoint' ? [message.checkpoint as JsonValue] : [],
    )
    return { ...run, checkpoints, code: codeOf(run.outcome) }
  }
  return { server, films, make }
}

const onRecord = (server: { url: string }, id: string | null, endedCount = 0) => ({
  service: server.url,
  id,
  endedCount,
})

test('the id is on record before the first question, and the film is streamed into a blob', async () => {
  const { server, films, make } = await filmService()
  const { outcome, blobs, checkpoints } = await make()
  expect(valuesOf(outcome)).toMatchObject({ Film: { sizeBytes: FILM.byteLength, mimeType: 'video/mp4' } })
  expect([...blobs.bytes.values()]).toEqual([FILM])
  expect(checkpoints).toEqual([onRecord(server, 'job1')])
  expect(outcome).toMatchObject({ usage: { seconds: 4 } })
  expect([...films.jobs.values()].map(({ input }) => input)).toEqual([{ prompt: 'waves' }])
})

test('without an acknowledged checkpoint nothing is asked', async () => {
  const { server } = await startFilmServer()
  const asked: number[] = []
  const { outcome } = await runProvider(
    async (request, context) => {
      const checkpoint = async (value: JsonValue) => {
        asked.push(server.count(POLL))
        await context.checkpoint(value)
        asked.push(server.count(POLL))
      }
      return await http.produce(request, {
        ...context,
        signal: context.signal,
        idempotencyKey: 'k',
        checkpoint,
      })
    },
    { config: filmConfig(server.url) as never, outputs: { Film: { type: 'video/mp4' } } },
    { inputs: { prompt: 'waves' } },
  )
  expect([outcome.state, ...asked]).toEqual(['succeeded', 0, 0])
})

test.each([
  ['a poll that is refused', POLL, { status: 429, headers: { 'retry-after-ms': '1' } }],
  ['a poll that fails', POLL, { status: 500 }],
  ['a poll that is lost', POLL, LOST],
  ['a poll whose body breaks off', POLL, { body: { state: 'running' }, cutAfterBytes: 5 }],
  ['a poll that is answered by something else', POLL, { status: 200, body: '<html>busy</html>' }],
  ['a poll that does not know the job yet', POLL, { status: 404, body: { error: 'no film' } }],
  ['a download that fails', FILE, { status: 503 }],
  ['a download that is lost', FILE, LOST],
  ['a download that breaks off', FILE, { body: FILM, cutAfterBytes: 20_000 }],
  ['a file that is not there yet', FILE, { status: 404 }],
])('%s is repeated by itself', async (_, call, answer) => {
  const { server, films, make } = await filmService()
  server.fail(call, answer, 2)
  const { code, blobs } = await make()
  expect(code).toBe('succeeded')
  expect([...blobs.bytes.values()].at(-1)).toEqual(FILM)
  expect([films.charges, server.count(SUBMIT)]).toEqual([1, 1])
})

test.each([
  ['polls', POLL, { status: 500 }, 'overloaded'],
  ['polls without a key', POLL, { status: 401 }, 'auth'],
  ['polls that nothing can be done about', POLL, { status: 400 }, 'overloaded'],
  ['downloads', FILE, { status: 500 }, 'overloaded'],
  ['downloads that are forbidden', FILE, { status: 403 }, 'overloaded'],
])(
  'when %s fail for good the job stays on record, and the next attempt asks for it',
  async (_, call, answer, code) => {
    const { server, films, make } = await filmService()
    server.fail(call, answer, 100)
    const first = await make()
    expect([first.code, first.checkpoints]).toEqual([code, [onRecord(server, 'job1')]])

    server.heal()
    const second = await make({ attempt: 2, resume: first.checkpoints[0]! })
    expect(second.code).toBe('succeeded')
    expect([films.charges, server.count(SUBMIT)]).toEqual([1, 1])
  },
)

test('a submission is sent once: when its answer is lost, the same key finds the same job', async () => {
  const { server, films, make } = await filmService()
  server.doAndFail(SUBMIT, LOST)
  const first = await make()
  expect([first.code, first.checkpoints, server.count(SUBMIT)]).toEqual(['network', [], 1])
  expect((await make({ attempt: 2 })).code).toBe('succeeded')
  expect([films.charges, server.count(SUBMIT)]).toEqual([1, 2])
})

test.each([
  [
    { status: 429, headers: { 'retry-after': '7' } },
    { code: 'rate_limited', retryAfterMs: 7_000 },
  ],
  [{ status: 500 }, { code: 'overloaded' }],
  [{ status: 400, body: { error: 'NSFW prompt' } }, { code: 'content' }],
  [{ status: 400, body: { error: 'no prompt' } }, { code: 'invalid' }],
])("a submission that is refused with %j is the engine's to repeat", async (answer, error) => {
  const { server, films, make } = await filmService()
  server.fail(SUBMIT, answer)
  const { outcome } = await make()
  expect(outcome).toMatchObject({ state: 'failed', error })
  expect([films.charges, server.count(SUBMIT)]).toEqual([0, 1])
})

test('a job that failed is over: the next attempt is a new job under a new key', async () => {
  const { server, films, make } = await filmService()
  films.nextError = 'the camera broke'
  const first = await make()
  expect(first.outcome).toMatchObject({ error: { code: 'bug', message: expect.stringContaining('camera') } })
  expect(first.checkpoints.at(-1)).toEqual(onRecord(server, null, 1))
  expect((await make({ attempt: 2, resume: first.checkpoints.at(-1)! })).code).toBe('succeeded')
  const keys = server.exchanges.flatMap(({ call, headers }) =>
    SUBMIT.test(call) ? [headers['idempotency-key']] : [],
  )
  expect([keys.length, new Set(keys).size]).toEqual([2, 2])
})

test('a rule for busy answers does not end the job that is asked about', async () => {
  const { server, films, make } = await filmService()
  server.fail(POLL, { status: 400, body: { error: 'busy' } }, 2)
  expect((await make()).code).toBe('succeeded')
  expect([films.charges, server.count(SUBMIT)]).toEqual([1, 1])
})

test('a job that was refused for its content says so', async () => {
  const { films, make } = await filmService()
  films.nextError = 'flagged as NSFW'
  expect((await make()).code).toBe('content')
})

test('a timeout leaves the job running, and the next attempt gets its result', async () => {
  const { server, films, make } = await filmService()
  films.questionsOf = () => Number.POSITIVE_INFINITY
  const first = await make({}, 200)
  expect([first.code, server.count(CANCEL)]).toEqual(['timeout', 0])
  films.finishAll()
  expect((await make({ attempt: 2, resume: first.checkpoints[0]! })).code).toBe('succeeded')
  expect(films.charges).toBe(1)
})

test('a user who cancels does not want the job: it is cancelled at the service', async () => {
  const { server, films, make } = await filmService()
  films.questionsOf = () => Number.POSITIVE_INFINITY
  let cancel = () => {}
  const running = make({}, 20_000, runner => {
    cancel = () => runner.cancel([{ job: 0, attempt: 1 }], 'cancelled')
  })
  await server.seen(POLL, 2)
  cancel()
  expect((await running).code).toBe('cancelled')
  expect(films.jobs.get('job1')?.state).toBe('cancelled')
})

test.each([
  ['cancelled', 'cancelled', 1],
  ['timeout', 'running', 0],
] as const)(
  'an abort by %s in the middle of a submission waits for the id',
  async (reason, state, cancelCount) => {
    const { server, films, make } = await filmService()
    films.questionsOf = () => Number.POSITIVE_INFINITY
    const answer = server.hold(SUBMIT)
    let cancel = () => {}
    const running = make({}, 20_000, runner => {
      cancel = () => runner.cancel([{ job: 0, attempt: 1 }], reason)
    })
    await answer.reached
    cancel()
    answer.release()
    const { code, checkpoints } = await running
    expect([code, checkpoints]).toEqual([reason, [onRecord(server, 'job1')]])
    expect([films.jobs.get('job1')?.state, server.count(CANCEL)]).toEqual([state, cancelCount])
  },
)

test('a job that does not exist any more is believed after several answers, and submitted again', async () => {
  const { server, films, make } = await filmService()
  const { code, checkpoints } = await make({ resume: onRecord(server, 'lost') })
  expect(code).toBe('succeeded')
  expect(checkpoints).toEqual([onRecord(server, null, 1), onRecord(server, 'job1', 1)])
  expect([films.charges, server.count(/GET \/films\/lost$/)]).toEqual([1, 3])
})

test('a page of something in between that says 404 is not believed', async () => {
  const { server, films, make } = await filmService()
  films.submit({})
  server.fail(POLL, { status: 404, body: '<html>not found</html>' }, 100)
  const { code, checkpoints } = await make({ resume: onRecord(server, 'job1') })
  expect([code, checkpoints, films.charges]).toEqual(['overloaded', [], 1])
})

test('a job that an earlier run cancelled is submitted again; one that somebody cancelled now is not', async () => {
  const { server, films, make } = await filmService()
  films.submit({})
  films.cancel('job1')
  expect((await make({ resume: onRecord(server, 'job1') })).code).toBe('succeeded')
  expect(films.charges).toBe(2)

  films.questionsOf = () => Number.POSITIVE_INFINITY
  const running = make({ inputs: { prompt: 'other' }, inputsHash: 'other' })
  await server.seen(/job3$/)
  films.cancel('job3')
  expect((await running).code).toBe('invalid')
})

test('when the made file is gone for good, the next attempt makes it again', async () => {
  const { server, make } = await filmService()
  server.fail(FILE, { status: 410 }, 100)
  const { code, checkpoints } = await make()
  expect([code, checkpoints]).toEqual(['overloaded', [onRecord(server, 'job1'), onRecord(server, null, 1)]])
})

const EXPIRED = '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>'

test.each([
  ['gone', { status: 404 }],
  ['refused', { status: 403 }],
  ['refused without a key', { status: 401 }],
  ['expired', { status: 403, body: EXPIRED }],
  ['empty', { body: '', headers: { 'content-type': 'video/mp4' } }],
  ['a page', { body: '<html>Sign in', headers: { 'content-type': 'text/html' } }],
])(
  'a file of a job on record that is %s does not hold its job: the work is submitted again',
  async (_, answer) => {
    const { server, films, make } = await filmService()
    films.submit({})
    server.fail(/job1\/file$/, answer, 100)
    const { code, checkpoints, inbox } = await make({ resume: onRecord(server, 'job1') })
    expect([code, checkpoints]).toEqual([
      'succeeded',
      [onRecord(server, null, 1), onRecord(server, 'job2', 1)],
    ])
    expect(films.charges).toBe(2)
    expect(inbox.messages).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('submitted again') }),
    )
  },
)

test('when the file of the work that was submitted again cannot be had either, the attempt is the last one', async () => {
  const { server, films, make } = await filmService()
  films.submit({})
  server.fail(FILE, { status: 403, body: EXPIRED }, 100)
  const { code, checkpoints } = await make({ resume: onRecord(server, 'job1') })
  // What has been paid for stays on record.
  expect([code, checkpoints.at(-1), films.charges]).toEqual(['bug', onRecord(server, 'job2', 1), 2])
})

test.each([
  ['empty', { body: '', headers: { 'content-type': 'video/mp4' } }],
  ['a page', { body: '<html>Sign in', headers: { 'content-type': 'text/html' } }],
])('a new file that is %s is downloaded again, and not paid for again', async (_, answer) => {
  const { server, films, make } = await filmService()
  server.fail(FILE, answer, 2)
  expect((await make()).code).toBe('succeeded')
  server.fail(FILE, answer, 100)
  const { code, checkpoints } = await make({ inputs: { prompt: 'other' }, inputsHash: 'other' })
  expect([code, checkpoints, films.charges]).toEqual(['bug', [onRecord(server, 'job2')], 2])
})

test('a part of a file that nobody asked for is no file: it is downloaded again', async () => {
  const { server, films, make } = await filmService()
  const headers = { 'content-type': 'video/mp4', 'content-range': 'bytes 0-3/64000' }
  server.fail(FILE, { status: 206, body: 'part', headers }, 1)
  const { outcome } = await make()
  expect(valuesOf(outcome)).toMatchObject({ Film: { sizeBytes: FILM.byteLength } })
  expect([server.count(FILE), films.charges]).toEqual([2, 1])
})

const NO_FILE = { status: 200, body: JSON.stringify({ state: 'succeeded' }) }

test('a job that is done before its answer has the file is asked about once more', async () => {
  const { server, films, make } = await filmService()
  films.submit({})
  while (films.ask('job1')?.state !== 'succeeded');
  server.fail(POLL, NO_FILE, 1)
  const { code } = await make({ resume: onRecord(server, 'job1') })
  expect([code, films.charges]).toEqual(['succeeded', 1])
})

test('a job whose answer never has the file is on record, and does not hold the work for ever', async () => {
  const { server, films, make } = await filmService()
  server.fail(POLL, NO_FILE, 2)
  const failed = await make()
  expect([failed.code, failed.checkpoints]).toEqual(['bug', [onRecord(server, 'job1')]])
  server.fail(/^GET \/films\/job1$/, NO_FILE, 100)
  const { code, checkpoints } = await make({ resume: failed.checkpoints[0]! })
  expect([code, checkpoints.at(-1), films.charges]).toEqual(['succeeded', onRecord(server, 'job2', 1), 2])
})

test('an address that has expired is not tried again; the service is asked for another one', async () => {
  const { server, films, make } = await filmService()
  server.fail(FILE, { status: 403, body: EXPIRED }, 1)
  expect((await make()).code).toBe('succeeded')
  const calls = server.exchanges.map(({ call }) => call).slice(-3)
  expect([calls, films.charges]).toEqual([
    ['GET /films/job1/file', 'GET /films/job1', 'GET /films/job1/file'],
    1,
  ])
})

test.each([['text'], [{ id: 'job1' }], [{ service: 'other', id: 'job1' }], [[]]])(
  'a checkpoint of another shape, %j, is told of and not asked for',
  async resume => {
    const { server, films, make } = await filmService()
    const { code, inbox } = await make({ resume })
    expect([code, films.charges, server.count(SUBMIT)]).toEqual(['succeeded', 1, 1])
    expect(inbox.messages).toContainEqual(expect.objectContaining({ type: 'job.log', level: 'warn' }))
  },
)

test('progress is passed on', async () => {
  const { make } = await filmService()
  const { inbox } = await make()
  expect(inbox.messages).toContainEqual(expect.objectContaining({ type: 'job.progress', fraction: 0.5 }))
})
