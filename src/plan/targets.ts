import type { ProducerSpec } from '../blueprint/blueprint.js'
import type { ProviderModel } from '../model/run/provider-model.js'

type Producer = { readonly producer: Pick<ProducerSpec, 'provider' | 'model' | 'spares'> }

/**
 * Numbers for what may answer the jobs of a plan. The first target of a family has the family's index; those that are
 * asked where another one fails come after all families. Most families have one.
 */
export class Targets {
  /** How many there are. */
  readonly count: number
  readonly #ofFamilies: readonly (readonly number[])[]
  readonly #families: readonly number[]
  readonly #services: readonly ProviderModel[]

  constructor(families: readonly Producer[]) {
    const familyOf = families.map((_, index) => index)
    const services = families.map(
      ({ producer: { provider, model } }): ProviderModel => ({
        provider,
        ...(model !== undefined && { model }),
      }),
    )
    this.#ofFamilies = families.map(({ producer: { spares } }, index) => [
      index,
      ...spares.map(spare => {
        services.push(spare)
        return familyOf.push(index) - 1
      }),
    ])
    this.#families = familyOf
    this.#services = services
    this.count = familyOf.length
  }

  /** The targets of a family, in the order in which they are asked. */
  of(family: number): readonly number[] {
    return this.#ofFamilies[family]!
  }

  isAlone(family: number): boolean {
    return this.#ofFamilies[family]!.length === 1
  }

  familyOf(target: number): number {
    return this.#families[target]!
  }

  /** From 0, for the first that is asked. */
  placeOf(target: number): number {
    return this.of(this.familyOf(target)).indexOf(target)
  }

  /** As the blueprint names it: the model may also be the provider's own. */
  serviceOf(target: number): ProviderModel {
    return this.#services[target]!
  }
}
