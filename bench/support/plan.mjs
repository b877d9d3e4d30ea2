import { compileBlueprint } from '../../dist/blueprint/compile/compile-blueprint.js'
import { createPlan } from '../../dist/plan/create-plan.js'
import { resolveInputs } from '../../dist/plan/inputs/resolve-inputs.js'
import { oneLayer } from './engine.mjs'

/** The plan itself, as the engine has it inside. @param {number} jobs */
export function planOf(jobs, blueprint = oneLayer) {
  const compiled = compileBlueprint(/** @type {any} */ (blueprint))
  return createPlan(compiled, resolveInputs(compiled, { jobs }))
}
