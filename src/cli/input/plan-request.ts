import type { ElementCount, PlanRequest } from '../../index.js'
import { budgetOf } from './budget-option.js'
import { readInputs } from './read-inputs.js'

/** What a command line says of what is to be planned. */
interface PlanFlags {
  readonly input?: readonly string[] | undefined
  readonly inputs?: string | undefined
  readonly movie?: string | undefined
  readonly regenerate?: readonly string[] | undefined
  readonly regenerateFailed?: readonly string[] | true | undefined
  readonly first?: ElementCount | undefined
  readonly sample?: ElementCount | undefined
  readonly seed?: string | undefined
  readonly until?: readonly string[] | undefined
  readonly upToLayer?: number | undefined
  readonly simulate?: true | undefined
  readonly budget?: readonly string[] | undefined
  readonly budgetRun?: readonly string[] | undefined
}

function regenerateOf({ regenerate, regenerateFailed }: PlanFlags): readonly string[] | undefined {
  if (regenerateFailed === undefined) return regenerate
  const codes = regenerateFailed === true ? [''] : regenerateFailed
  return [...(regenerate ?? []), ...codes.map(code => `* where failed ${code}`)]
}

/** What `run` and `plan` ask the engine. */
export async function planRequest(blueprint: string, options: PlanFlags): Promise<PlanRequest> {
  return {
    blueprint,
    inputs: await readInputs({
      assignments: options.input ?? [],
      ...(options.inputs !== undefined && { inputsFile: options.inputs }),
    }),
    movieId: options.movie,
    regenerate: regenerateOf(options),
    first: options.first,
    sample: options.sample,
    seed: options.seed,
    until: options.until,
    upToLayer: options.upToLayer,
    simulate: options.simulate,
    budgetUsd: budgetOf(options.budget, '--budget'),
    budgetRunUsd: budgetOf(options.budgetRun, '--budget-run'),
  }
}
