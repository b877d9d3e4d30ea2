import { isJsonObject, type JsonValue } from '../../../model/json.js'
import type { ProduceContext } from '../../../model/provider/provider.js'

/** What is on record of the work: the job that may be running, and how many have ended for nothing. */
export interface Standing {
  readonly id: string | undefined
  readonly endedCount: number
}

/** What a checkpoint of this service says; one of another shape cannot be asked for. */
export function standingOf(service: string, { resume, log }: ProduceContext): Standing {
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

export const checkpointOf = (service: string, { id, endedCount }: Standing): JsonValue => ({
  service,
  id: id ?? null,
  endedCount,
})

/** The job is over, so that whoever comes next submits the work anew, under a new key. */
export async function recordEnd(
  service: string,
  { endedCount }: Standing,
  context: ProduceContext,
): Promise<Standing> {
  const standing = { id: undefined, endedCount: endedCount + 1 }
  await context.checkpoint(checkpointOf(service, standing), { isOver: true })
  return standing
}
