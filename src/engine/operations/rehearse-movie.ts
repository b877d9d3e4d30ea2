import type { Rehearsal } from '../../rehearsal/rehearse-run.js'
import type { RehearseRequest } from '../config/requests.js'
import type { EngineParts } from '../engine-parts.js'
import { preparePlan } from '../run/prepare-plan.js'
import { rehearsePrepared } from './rehearse-prepared.js'

/**
 * Plays the run that this request asks for on a virtual clock. Reads the movie, and writes nothing.
 * @throws ShowrunnerError like a plan; `USAGE_INVALID` for a provider whose latency nobody knows
 */
export async function rehearseMovie(parts: EngineParts, request: RehearseRequest): Promise<Rehearsal> {
  return rehearsePrepared(parts, request, await preparePlan(parts, request))
}
