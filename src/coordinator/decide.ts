import { unreachable } from '../model/error/error.js'
import { artifactId } from '../model/id.js'
import type { JobCheckpoint, JobSettled, ProducedArtifact } from '../model/job.js'
import type { ArtifactMade, MovieEvent } from '../model/movie/event.js'
import { type Family, indicesOf } from '../plan/geometry/family.js'
import type { Decision, Moment } from './decision.js'
import type { RunMessage } from './message.js'
import { chargeOf } from './settlement/charge-attempt.js'
import { settleFailure } from './settlement/settle-failure.js'
import type { ActiveJob } from './state/active-job.js'
import type { RunBoard } from './state/run-board.js'

const NOTHING: Decision = { events: [], effects: [] }

/** What one message means for the log and the world. Changes nothing: `follow` and `evolve` apply its events. */
export function decide(board: RunBoard, message: RunMessage, moment: Moment): Decision {
  switch (message.type) {
    case 'job.settled': {
      const active = currentAttempt(board, message)
      return active ? settled(board, active, message, moment) : NOTHING
    }
    case 'job.checkpoint': {
      const active = currentAttempt(board, message)
      return active ? checkpointed(active, message, moment) : NOTHING
    }
    case 'run.cancel': {
      const running = [...board.active.values()].filter(active => active.state === 'running')
      return {
        events: [],
        effects: [{ type: 'cancel', jobs: running.map(active => active.job), reason: 'cancelled' }],
      }
    }
    case 'values.failed': {
      const active = board.active.get(message.job)
      return active?.state === 'loading' ? unreadable(active, message.message, moment) : NOTHING
    }
    case 'job.retry':
    case 'values.loaded':
    case 'admission.open':
    case 'run.abandon':
      return NOTHING
    default:
      return unreachable(message)
  }
}

/** Messages of an attempt that is no longer the current one are dropped. */
export function currentAttempt(board: RunBoard, message: JobSettled | JobCheckpoint): ActiveJob | undefined {
  const active = board.active.get(message.job)
  return active?.state === 'running' && active.attempt === message.attempt ? active : undefined
}

function settled(board: RunBoard, active: ActiveJob, message: JobSettled, moment: Moment): Decision {
  const { jobId, attempt } = active
  const { outcome, durationMs } = message
  const { timestamp } = moment
  if (outcome.state === 'failed') {
    const charge = chargeOf(board, active, outcome)
    const failure = { settled: { ...message, outcome }, atMs: board.admission.health.nowMs, charge }
    return settleFailure(board, active, failure, moment, true)
  }
  const events: MovieEvent[] = outcome.artifacts.map(artifact => made(active, artifact, timestamp))
  const { usage, reused } = outcome
  const { cost, uncertainCost } = chargeOf(board, active, outcome)
  const inputs = active.resolved!.digests
  if (usage === undefined && cost === undefined && uncertainCost === undefined && reused === undefined)
    events.push({ type: 'job.succeeded', jobId, attempt, durationMs, inputs, timestamp })
  else {
    const extra = {
      ...(usage && { usage }),
      ...(cost !== undefined && { cost }),
      ...(uncertainCost !== undefined && { uncertainCost }),
      ...(reused && { reused }),
    }
    events.push({ type: 'job.succeeded', jobId, attempt, durationMs, inputs, ...extra, timestamp })
  }
  return { events, effects: [] }
}

function made(active: ActiveJob, artifact: ProducedArtifact, timestamp: string): ArtifactMade {
  const { jobId, attempt, family } = active
  const { output, index, value, blob, hash } = artifact
  const extents = outputExtents(family, output)
  const id = artifactId(jobId, output, extents.length === 0 ? NO_INDICES : indicesOf(index, extents))
  const { inputsHash } = active.resolved!
  return blob
    ? { type: 'artifact', artifactId: id, blob, hash, inputsHash, jobId, attempt, timestamp }
    : { type: 'artifact', artifactId: id, value: value!, hash, inputsHash, jobId, attempt, timestamp }
}

const NO_INDICES: readonly number[] = []

function outputExtents(family: Family, output: string): readonly number[] {
  return family.outputs.find(candidate => candidate.spec.name === output)!.extents
}

function checkpointed(active: ActiveJob, message: JobCheckpoint, { timestamp }: Moment): Decision {
  const { attempt, requestNumber, checkpoint, isOver } = message
  const uncertainCost = (!isOver && active.permit?.counted) || active.permit?.mostCost
  return {
    events: [
      {
        type: 'job.submitted',
        jobId: active.jobId,
        attempt,
        inputsHash: active.resolved!.inputsHash,
        checkpoint,
        ...(isOver && { isOver }),
        ...(uncertainCost && { uncertainCost }),
        timestamp,
      },
    ],
    effects: [{ type: 'acknowledge', job: active.job, attempt, requestNumber }],
  }
}

function unreadable(active: ActiveJob, message: string, { timestamp }: Moment): Decision {
  const { jobId, attempt } = active
  return {
    events: [
      { type: 'job.failed', jobId, attempt, durationMs: 0, error: { code: 'bug', message }, timestamp },
    ],
    effects: [],
  }
}
