import { Coordinator } from '../../src/coordinator/coordinator.js'
import { createRun } from '../../src/coordinator/create-run.js'
import type { RunOptions } from '../../src/coordinator/run-options.js'
import { openMovie } from '../../src/coordinator/state/open-movie.js'
import { isShowrunnerError } from '../../src/model/error/error.js'
import type { RunId } from '../../src/model/id.js'
import {
  assignedJobId,
  type JobAssignment,
  type JobExecutor,
  type JobMessage,
  type JobTemplate,
} from '../../src/model/job.js'
import type { MovieEvent } from '../../src/model/movie/event.js'
import { sha256 } from '../../src/model/sha256.js'
import type { Plan } from '../../src/plan/plan.js'
import { SegmentLog } from '../../src/storage/log/segment/segment-log.js'
import type { EventLog, Store } from '../../src/storage/store.js'
import { planOf } from '../support/blueprint/blueprints.js'
import { plainAdmission } from '../support/jobs/admission-fixture.js'
import { jobTemplate } from '../support/jobs/job-fixture.js'
import { movie, readAll } from '../support/storage/log-fixture.js'
import {
  FAULTS,
  type NetworkFaults,
  NO_FAULTS,
  SimulatedFiles,
  SimulatedObjects,
  SimulatedServer,
} from './network.js'
import { Schedule } from './schedule.js'
import type { Sabotage } from './segment-simulation.js'

const PROCESSES = 3
const CRASH_RATE = 0.002
const STEP_LIMIT = 50_000
const EXPECTED = new Set(['WRITER_FENCED', 'APPEND_UNRESOLVED', 'STORE_FAILED'])
const TIMESTAMP = '2026-01-01T00:00:00.000Z'

const plan: Plan = planOf({
  name: 'atlas',
  loops: { n: { count: 4 } },
  producers: {
    First: { loop: 'n', provider: 'p', outputs: { Text: 'text' } },
    Second: { loop: 'n', provider: 'p', with: { text: '${First[n].Text}' }, outputs: { Text: 'text' } },
    All: { provider: 'p', with: { texts: '${Second[*].Text}' }, outputs: { Text: 'text' } },
  },
})

/**
 * Processes run one movie with the real coordinator on a store whose network and processes fail, in an order that
 * the seed decides; a last one, undisturbed, makes the rest. Afterwards every job has succeeded once in the log,
 * nobody has called a provider for a job that it could know as done, and everything that anybody was told is in
 * the log. Returns how many events were told. @throws what is wrong
 */
export async function simulateMovie(seed: number, sabotage: Sabotage = files => files): Promise<number> {
  const server = new SimulatedServer()
  const told: MovieEvent[] = []
  const unexpected: unknown[] = []
  const schedule = new Schedule(seed, CRASH_RATE)
  for (let process = 1; process <= PROCESSES; process++) {
    const log = logOf(server, schedule, process, FAULTS, sabotage)
    runProcess(log, schedule, process, told).catch(error => unexpected.push(error))
  }
  await schedule.run(STEP_LIMIT)

  const calm = new Schedule(seed, 0)
  const log = logOf(server, calm, 9, NO_FAULTS, files => files)
  const logged: MovieEvent[] = []
  const last = runProcess(log, calm, 9, told).then(async () => {
    for (const { event } of await readAll(log)) logged.push(event)
  })
  last.catch(error => unexpected.push(error))
  await calm.run(STEP_LIMIT)
  if (unexpected.length > 0) throw unexpected[0]
  check(logged, told)
  return told.length
}

function logOf(
  server: SimulatedServer,
  schedule: Schedule,
  process: number,
  faults: NetworkFaults,
  sabotage: Sabotage,
): EventLog {
  const objects = new SimulatedObjects(server, schedule, process, faults)
  const files = sabotage(new SimulatedFiles(objects), server, objects)
  const timing = { sleep: () => schedule.step(process), nowMs: () => 0 }
  return new SegmentLog(movie, files, () => new Date(0), timing)
}

async function runProcess(
  log: EventLog,
  schedule: Schedule,
  process: number,
  told: MovieEvent[],
): Promise<void> {
  for (let round = 0; round < 4; round++) {
    try {
      if ((await runOnce(log, schedule, process, told)) === 'succeeded') return
    } catch (error) {
      if (!isShowrunnerError(error) || !EXPECTED.has(error.code)) throw error
    }
  }
}

async function runOnce(log: EventLog, schedule: Schedule, process: number, told: MovieEvent[]) {
  const store = { log: () => log, manifests: () => ({ load: async () => undefined }) } as unknown as Store
  const opened = await openMovie(store, movie, plan.createSlots(), `process ${process}`)
  const done = new Set<string>()
  for (const { jobId, state } of opened.movie.jobs()) if (state === 'succeeded') done.add(jobId)
  const options = {
    movieId: movie,
    schedule: 'dataflow',
    concurrency: 3,
    failFast: false,
    upToLayer: undefined,
    isRegenerated: () => false,
    settingsOf: ({ provider }: { provider: string }) => ({ name: provider, model: undefined, config: {} }),
  } as RunOptions
  const coordinator = new Coordinator({
    runId: `run-${process}` as RunId,
    run: createRun(plan, opened.movie, options, plainAdmission(plan)),
    writer: opened.writer,
    templates: plan.families.map(({ index, producer }) =>
      jobTemplate({ templateId: index, producer: producer.name }),
    ),
    readBlob: () => Promise.reject(new Error('there are no blobs')),
    openExecutor: onMessages => executor(schedule, process, done, onMessages),
    clock: {
      timestamp: () => TIMESTAMP,
      monotonicMs: () => 0,
      startTimer: (_, callback) => timer(schedule, process, callback),
    },
    random: () => schedule.below(1_000) / 1_000,
    listener: {
      recorded: events => void told.push(...events),
      started() {},
      progressed() {},
      turned: () => undefined,
    },
  })
  const status = await coordinator.run()
  await opened.writer.close()
  return status
}

function timer(schedule: Schedule, process: number, callback: () => void): () => void {
  let isOff = false
  void schedule.step(process).then(() => isOff || callback())
  return () => {
    isOff = true
  }
}

/** Calls that take a while; one in eight loses its connection and is tried again. */
function executor(
  schedule: Schedule,
  process: number,
  done: ReadonlySet<string>,
  onMessages: (messages: readonly JobMessage[]) => void,
): JobExecutor {
  const call = async (jobId: string, { job, attempt }: JobAssignment) => {
    for (let steps = schedule.below(4); steps >= 0; steps--) await schedule.step(process)
    const isLost = schedule.chance(0.12)
    const value = `made by ${jobId}`
    onMessages([
      {
        type: 'job.settled',
        job,
        attempt,
        durationMs: 1,
        outcome: isLost
          ? { state: 'failed', error: { code: 'network', message: 'lost' } }
          : { state: 'succeeded', artifacts: [{ output: 'Text', index: 0, value, hash: sha256(value) }] },
      },
    ])
  }
  return {
    freePlaces: Number.POSITIVE_INFINITY,
    recorded() {},
    dispatch(template: JobTemplate, jobs: readonly JobAssignment[]) {
      for (const assignment of jobs) {
        const jobId = assignedJobId(template, assignment)
        if (done.has(jobId)) throw new Error(`${jobId} is made again although it was done`)
        void call(jobId, assignment)
      }
    },
    cancel() {},
    acknowledgeCheckpoint() {},
    close: async () => {},
  }
}

function check(logged: readonly MovieEvent[], told: readonly MovieEvent[]): void {
  const counts = new Map<string, number>()
  for (const event of logged) {
    if (event.type === 'job.succeeded') counts.set(event.jobId, (counts.get(event.jobId) ?? 0) + 1)
  }
  if (counts.size !== plan.jobCount) throw new Error(`${counts.size} of ${plan.jobCount} jobs succeeded`)
  for (const [jobId, count] of counts) if (count !== 1) throw new Error(`${jobId} succeeded ${count} times`)
  const lines = new Set(logged.map(event => JSON.stringify(event)))
  for (const event of told) {
    if (!lines.has(JSON.stringify(event)))
      throw new Error(`told, and not in the log: ${JSON.stringify(event)}`)
  }
}
