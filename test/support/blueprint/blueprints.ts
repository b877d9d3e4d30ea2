import type { BlueprintDefinition } from '../../../src/blueprint/blueprint-schema.js'
import { compileBlueprint } from '../../../src/blueprint/compile/compile-blueprint.js'
import type { JsonValue } from '../../../src/model/json.js'
import type { ProviderModel } from '../../../src/model/run/provider-model.js'
import { createPlan } from '../../../src/plan/create-plan.js'
import { resolveInputs } from '../../../src/plan/inputs/resolve-inputs.js'
import type { Plan } from '../../../src/plan/plan.js'

/** A plan from a definition and its inputs, through the same steps as a run. */
export function planOf(definition: BlueprintDefinition, inputs: Record<string, JsonValue> = {}): Plan {
  const blueprint = compileBlueprint(definition)
  return createPlan(blueprint, resolveInputs(blueprint, inputs))
}

/** Settings that stand for a provider without config. */
export const plainSettings = ({
  provider,
  spares = [],
}: {
  provider: string
  spares?: readonly ProviderModel[]
}) => ({
  name: provider,
  model: undefined,
  config: {},
  spares: spares.map(({ provider: name, model }) => ({ name, model, config: {} })),
})

/** `Script` → `Picture[page]` (with its neighbour) → `Book`. */
export const pictureBook = {
  name: 'picture-book',
  inputs: { story: 'text', pages: { type: 'integer', default: 3 } },
  loops: { page: { count: '${inputs.pages}' } },
  producers: {
    Script: {
      provider: 'template',
      with: { text: '${inputs.story}', count: '${inputs.pages}' },
      outputs: { Title: 'text', Pages: { type: 'json', loop: 'page' } },
    },
    Picture: {
      loop: 'page',
      provider: 'images',
      with: { prompt: 'A woodcut of ${Script.Pages[page].scene}', previous: '${Picture[page-1].Image?}' },
      when: { value: '${Script.Pages[page].kind}', is: 'picture' },
      outputs: { Image: 'image/png' },
    },
    Book: {
      provider: 'bind',
      with: { title: '${Script.Title}', pictures: '${Picture[*].Image}' },
      outputs: { Page: 'text/html' },
    },
  },
} satisfies BlueprintDefinition
