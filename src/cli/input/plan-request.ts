import type { PlanRequest } from '../../index.js'
import type { PlanOptions } from '../declare/plan-command.js'
import { budgetOf } from './budget-option.js'
import { readInputs } from './read-inputs.js'

/** What `run` and `plan` ask the engine. */
export async function planRequest(blueprint: string, options: PlanOptions): Promise<PlanRequest> {
  return {
    blueprint,
    inputs: await readInputs({
      assignments: options.input ?? [],
      ...(options.inputs !== undefined && { inputsFile: options.inputs }),
    }),
    movieId: options.movie,
    regenerate: options.regenerate,
    upToLayer: options.upToLayer,
    simulate: options.simulate,
    budgetUsd: budgetOf(options.budget, '--budget'),
    budgetRunUsd: budgetOf(options.budgetRun, '--budget-run'),
  }
}
