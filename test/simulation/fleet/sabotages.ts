import { type Frame, frameText, readFrame } from '../../../src/workers/fleet/wire/frame.js'
import { NEW, type Sabotage } from './fleet-simulation.js'
import { FleetWorld } from './fleet-world.js'

type Message = Record<string, unknown> & { readonly type: string }

const isUp = (pipe: string) => pipe.endsWith('/up')

function rewritten(text: string, change: (message: Message) => void, head: Partial<Frame> = {}): string {
  const { messages, ...frame } = readFrame(text)
  for (const message of (messages ?? []) as Message[]) change(message)
  return frameText(
    { ...frame, ...head },
    messages?.map(message => JSON.stringify(message)),
  )
}

/** A host obeys a coordinator that was superseded. */
function noTokenCheck(): Sabotage {
  const highest = new Map<string, number>()
  return {
    tamper(pipe, text) {
      if (isUp(pipe)) return undefined
      const token = Math.max(highest.get(pipe) ?? 0, readFrame(text).token)
      highest.set(pipe, token)
      return rewritten(text, () => {}, { token })
    },
  }
}

/** What was made of other inputs is taken for what is needed now. */
async function noInputsHashCheck(): Promise<Sabotage> {
  const hashes = await inputsHashes()
  return {
    tamper(pipe, text) {
      if (!isUp(pipe)) return undefined
      return rewritten(text, message => {
        if (message.type === 'messages') {
          const { jobIds, inputsHashes } = message.works as { jobIds: string[]; inputsHashes: string[] }
          for (const [row, jobId] of jobIds.entries())
            inputsHashes[row] = hashes.get(jobId) ?? inputsHashes[row]!
        } else if (message.type === 'holding')
          for (const work of message.works as [number, number, string][]) {
            const [jobId, hash, generation] = work[2].split('\n') as [string, string, string]
            work[2] = `${jobId}\n${hashes.get(jobId) ?? hash}\n${generation}`
          }
      })
    },
  }
}

/** The inputs that the last run gives each job. */
async function inputsHashes(): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>()
  const world = new FleetWorld({
    random: () => 0.5,
    protectionOf: () => 'none',
    workMs: () => 100,
    onStarted(work) {
      const [jobId, hash] = work.split('\n') as [string, string]
      hashes.set(jobId, hash)
    },
  })
  world.startHost()
  const run = world.startCoordinator(NEW)
  await world.time.runUntil(() => run.end !== undefined, 600_000)
  return hashes
}

/** Jobs start from the beginning, whatever is known of them. */
const noResume = (): Sabotage => ({
  tamper(pipe, text) {
    if (isUp(pipe)) return undefined
    return rewritten(text, message => {
      if (message.type === 'jobs' && Array.isArray(message.jobs))
        for (const job of message.jobs) delete job.resume
    })
  },
})

/** Results leave the queue before they are in the log. */
const trimBeforeAppend = (): Sabotage => ({
  spoilRun: (opening, run) => ({
    ...opening,
    onMessages(messages, receipt) {
      opening.onMessages(messages, receipt)
      if (receipt !== undefined) run().recorded(receipt)
    },
  }),
})

export const SABOTAGES: Readonly<Record<string, () => Sabotage | Promise<Sabotage>>> = {
  'no token check': noTokenCheck,
  'no inputsHash check': noInputsHashCheck,
  'no resume': noResume,
  'trim before append': trimBeforeAppend,
}
