import { expect, test } from 'vitest'
import { upPipe } from '../../../../src/workers/fleet/broker/broker.js'
import { frameText, readFrame } from '../../../../src/workers/fleet/wire/frame.js'
import { packWorks } from '../../../../src/workers/fleet/wire/told-works.js'
import { scriptedFleet } from '../../../support/fleet/scripted-host.js'
import { TrimmedBroker } from '../../../support/fleet/trimmed-broker.js'
import { assignment, jobTemplate } from '../../../support/jobs/job-fixture.js'
import { resultOf } from '../../../support/jobs/job-inbox.js'

const OLD = 'old/session'

/** What a host made for a coordinator that is gone. */
function leftover(): string {
  const artifacts = [{ output: 'Text', index: 0, value: 'left', hash: 'hash of left' as never }]
  const outcome = { state: 'succeeded', artifacts } as const
  const settled = { type: 'job.settled', job: 5, attempt: 1, durationMs: 1, outcome } as const
  const told = packWorks([settled], () => ({
    jobId: 'Producer:Clip[0]',
    inputsHash: 'hash-0',
    generation: 0,
  }))
  const message = JSON.stringify({ type: 'messages', run: 'old', token: 1, ...told })
  return frameText({ session: OLD, token: 1, seq: 1, ack: 0, low: 1, again: 0 }, [message])
}

/** Sessions whose frames with messages are in the queue. */
async function speakers(broker: TrimmedBroker): Promise<readonly string[]> {
  const stop = new AbortController()
  const found: string[] = []
  const mark = frameText({ session: 'end', token: 0, seq: 0, ack: 0, low: 1, again: 0 })
  const pipe = broker.pipe(upPipe('trimmed'))
  const reading = pipe.read((_, text) => {
    const { session, messages } = readFrame(text)
    if (session === 'end') stop.abort()
    else if (messages !== undefined) found.push(session)
  }, stop.signal)
  await pipe.send(mark)
  await reading
  return found
}

test('what a former run has left for nobody does not hold frames in the queue, and is there for the run that needs it', async () => {
  const broker = new TrimmedBroker()
  await broker.pipe(upPipe('trimmed')).send(leftover())
  const opening = (token: number) => ({
    movieId: 'trimmed',
    address: { run: `run-${token}` as never, token },
  })
  const idle = await scriptedFleet(1, { broker, hostSilenceMs: 300 }, opening(2))
  expect(await speakers(broker)).toEqual([OLD, idle.first.name, idle.second.name])
  await broker.forgotten()
  expect(await speakers(broker)).toEqual([expect.stringMatching(/^resent-/)])
  // Once more: what it has said again is not taken for what a host says.
  await broker.forgotten()
  expect(await speakers(broker)).toEqual([expect.stringMatching(/^resent-/)])

  const next = await scriptedFleet(1, { broker }, opening(3))
  next.run.dispatch(jobTemplate(), [assignment(0)])
  expect(resultOf(await next.inbox.outcome(0))).toBe('left')
})
