import { isJsonObject, type JsonValue } from '../../../model/json.js'
import type { ProduceContext } from '../../../model/provider/provider.js'

/** What is on record of the work: the job that may be running, and how many have ended for nothing. */
export interface Submissions {
  readonly id: string | undefined
  readonly endedCount: number
}

/** What a checkpoint of this service says; one of another shape cannot be asked for. */
export function submissionsOf(service: string, { resume, log }: ProduceContext): Submissions {
  const nothing = { id: undefined, endedCount: 0 }
  if (resume === undefined) return nothing
  if (isJsonObject(resume) && resume.service === service) {
    const { id, endedCount } = resume
    const count = typeof endedCount === 'number' ? endedCount : 0
    if (typeof id === 'string') return { id, endedCount: count }
    if (id === null) return { id: undefined, endedCount: count }
  }
  log('warn', `The checkpoint on record is not one of ${service}; the work is submitted again.`)
  return nothing
}

export const checkpointOf = (service: string, { id, endedCount }: Submissions): JsonValue => ({
  service,
  id: id ?? null,
  endedCount,
})

/** The job is over, so that the next attempt submits the work again, under a new key. */
export async function recordJobEnd(
  service: string,
  { endedCount }: Submissions,
  context: ProduceContext,
): Promise<Submissions> {
  const submissions = { id: undefined, endedCount: endedCount + 1 }
  await context.checkpoint(checkpointOf(service, submissions), { isOver: true })
  return submissions
}
