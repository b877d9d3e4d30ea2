import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../../src/model/clock.js'
import type { RunId } from '../../../../src/model/id.js'
import { downPipe, upPipe } from '../../../../src/workers/fleet/broker/broker.js'
import { MemoryBroker } from '../../../../src/workers/fleet/broker/memory-broker.js'
import { writeDescriptor } from '../../../../src/workers/fleet/host/run-descriptor.js'
import { SessionHost } from '../../../../src/workers/fleet/host/session-host.js'
import { frameText, readFrame } from '../../../../src/workers/fleet/wire/frame.js'
import type { FromHost, ToHost } from '../../../../src/workers/fleet/wire/host-messages.js'
import { heardMessages } from '../../../../src/workers/fleet/wire/told-works.js'
import { packJobs } from '../../../../src/workers/thread/packed-jobs.js'
import { ThreadExecutor } from '../../../../src/workers/thread/thread-executor.js'
import { Conditions } from '../../../support/conditions.js'
import { assignment, fixtureModules, jobTemplate } from '../../../support/jobs/job-fixture.js'
import { MemoryBlobs } from '../../../support/storage/memory-blobs.js'

const TOKEN = 5
const address = { run: 'run' as RunId, token: TOKEN }

/** A host with one session, whose coordinator is written by the test. */
async function session() {
  const broker = new MemoryBroker()
  const blobs = new MemoryBlobs()
  const executor = new ThreadExecutor({ threads: 1, modules: fixtureModules })
  const heard: FromHost[] = []
  const conditions = new Conditions()
  void broker.pipe(upPipe('movie')).read((_, text) => {
    heard.push(...((readFrame(text).messages ?? []) as FromHost[]))
    conditions.look()
  }, new AbortController().signal)
  const warnings: string[] = []
  const site = {
    broker,
    executor,
    store: { url: 's3://test', isReachableFromThreads: true, blobs: () => blobs } as never,
    baseFolder: '/',
    hello: {
      host: 'host',
      places: 4,
      version: 'test',
      fingerprints: { faulty: 'x' },
      refuses: ['command', 'checks'],
    },
    clock: systemClock,
    warn: (message: string) => warnings.push(message),
  }
  const descriptor = await writeDescriptor(blobs as never, 'movie', 'run', 12_000)
  const host = new SessionHost({ ...address, movieId: 'movie', descriptor }, 'session', site)
  const serving = host.serve()
  onTestFinished(async () => {
    sends({ type: 'end' }, TOKEN + 1)
    await serving
    await executor.close()
  })
  const seqs = new Map<number, number>()
  const raw = (text: string) => void broker.pipe(downPipe('movie', 'session')).send(text)
  const framed = (json: string, token = TOKEN) => {
    const seq = (seqs.get(token) ?? 0) + 1
    seqs.set(token, seq)
    raw(frameText({ session: 'session', token, seq, ack: 0, low: 1, again: 0 }, [json]))
  }
  const sends = (message: ToHost, token = TOKEN) => framed(JSON.stringify(message), token)
  const gives = (job: number, template = jobTemplate()) => {
    sends({ type: 'template', ...address, template })
    const jobs = packJobs([assignment(job, { act: 'echo', text: `job ${job}` })])
    sends({ type: 'jobs', ...address, templateId: template.templateId, jobs })
  }
  const settled = async (job: number) =>
    await conditions.found(() =>
      heard
        .flatMap(message => (message.type === 'messages' ? heardMessages(message) : []))
        .find(message => message.type === 'job.settled' && message.job === job),
    )
  const holdings = async (count: number) =>
    await conditions.found(() => {
      const works = heard.flatMap(message => (message.type === 'holding' ? [message.works] : []))
      return works.length === count ? works : undefined
    })
  const left = () => conditions.until(() => heard.some(({ type }) => type === 'left'))
  await conditions.until(() => heard.some(({ type }) => type === 'hello'))
  return { serving, warnings, raw, framed, sends, gives, settled, holdings, left, heard }
}

test.each([
  ['no JSON', '\0\xff garbage'],
  ['half a frame', '["session",5,1,0,1,0,[{"type":"jo'],
  ['a frame of another version', '{"version":2}'],
  ['many characters', 'x'.repeat(32 * 1024 * 1024)],
])('%s in its pipe ends a session, and is told', async (_, text) => {
  const { serving, warnings, raw, left } = await session()
  raw(text)
  await Promise.all([left(), serving])
  expect(warnings).toHaveLength(1)
})

test.each([
  ['a message of no kind', 'null'],
  ['a message of a kind that does not exist', '{"type":"execute"}'],
  ['jobs before their template', '{"type":"jobs","templateId":7,"jobs":[]}'],
  ['jobs that are none', '{"type":"jobs","templateId":0,"jobs":5}'],
])('%s ends a session, after what was right before it', async (_, json) => {
  const { serving, warnings, gives, settled, framed, left } = await session()
  gives(1)
  expect(await settled(1)).toMatchObject({ outcome: { state: 'succeeded' } })
  framed(json)
  await Promise.all([left(), serving])
  expect(warnings).toHaveLength(1)
})

test('what a coordinator sends that was superseded is not done', async () => {
  const { sends, gives, holdings, heard } = await session()
  sends({ type: 'roll-call' }, TOKEN + 1)
  gives(1)
  sends({ type: 'end' })
  sends({ type: 'roll-call' }, TOKEN + 1)
  expect(await holdings(2)).toEqual([[], []])
  expect(heard.map(({ type }) => type)).toEqual(['hello', 'holding', 'holding'])
})

test.each([
  ['programs', { provider: { type: 'module', name: 'command', builtin: 'command' } }, /--allow command/],
  [
    'the module of a check',
    { check: { schemas: {}, rules: [], module: '/etc/passwd', attempts: 2 } },
    /--allow checks/,
  ],
])('jobs with %s fail where the host does not allow them', async (_, changes, message) => {
  const { gives, settled } = await session()
  gives(1, { ...jobTemplate(), ...(changes as object) })
  expect(await settled(1)).toMatchObject({
    outcome: { state: 'failed', error: { code: 'invalid', message: expect.stringMatching(message) } },
  })
})
