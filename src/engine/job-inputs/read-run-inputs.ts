import { compileBlueprint } from '../../blueprint/compile/compile-blueprint.js'
import type { BlueprintShape } from '../../blueprint/typing/blueprint-shape.js'
import type { MovieId, RunId } from '../../model/id.js'
import { isJsonObject } from '../../model/json.js'
import { createPlan } from '../../plan/create-plan.js'
import { growAsRecorded } from '../../plan/growth/grow-as-recorded.js'
import { resolveInputs } from '../../plan/inputs/resolve-inputs.js'
import { layout } from '../../storage/layout.js'
import type { Store } from '../../storage/store.js'
import { readExpansions } from '../run-shape/read-expansions.js'
import { PlannedInputs } from './planned-inputs.js'
import type { RunInputs } from './run-inputs.js'

/** A record of inputs that is larger is not read into memory, only to show what one job was given. */
const INPUTS_LIMIT_BYTES = 256 * 1024 * 1024

/** Undefined when the record is missing, too large, or cannot be planned again, since a secret in it is blanked out. */
export async function readRunInputs(
  store: Store,
  movie: MovieId,
  runId: RunId,
): Promise<RunInputs | undefined> {
  const inputsFile = layout.runInputs(movie, runId)
  if (((await store.files.size(inputsFile)) ?? 0) > INPUTS_LIMIT_BYTES) return undefined
  const [record, inputs] = await Promise.all([
    readJson(store, layout.runPlan(movie, runId)),
    readJson(store, inputsFile),
  ])
  if (!isJsonObject(record) || !isJsonObject(inputs)) return undefined
  try {
    const blueprint = compileBlueprint(record.blueprint as unknown as BlueprintShape)
    const plan = createPlan(blueprint, resolveInputs(blueprint, inputs))
    if (plan.geometry.canGrow)
      growAsRecorded(plan.geometry, blueprint.loops, await readExpansions(store, movie))
    return new PlannedInputs(plan, blob => store.blobs(movie).read(blob))
  } catch {
    return undefined
  }
}

async function readJson(store: Store, file: string): Promise<unknown> {
  const bytes = await store.files.read(file)
  try {
    return bytes && JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
