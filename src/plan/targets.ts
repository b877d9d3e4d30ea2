import type { ProducerSpec } from '../blueprint/blueprint.js'
import type { ProviderModel } from '../model/run/provider-model.js'

type Producer = { readonly producer: Pick<ProducerSpec, 'name' | 'provider' | 'model' | 'spares'> }

/** The model that a job names by its inputs. */
export type ModelOfJob = (inputs: Readonly<Record<string, unknown>>) => string

/** Where each job of a producer names its model: how, and the models that are known, with terms of their own. */
interface NamedModels {
  readonly modelOf: ModelOfJob
  readonly models: readonly string[]
}

/** By producer, of each that may answer its jobs, in their order. */
export type ModelsOf = (producer: string) => readonly (NamedModels | undefined)[]

/** The models of one target, each a target of its own. */
interface ModelTargets {
  readonly modelOf: ModelOfJob
  readonly byModel: ReadonlyMap<string, number>
}

/**
 * Numbers for what may answer the jobs of a plan. The first target of a family has the family's index; those that are
 * asked where another one fails come after all families, and after them the models of providers whose jobs name one
 * each. Most families have one.
 */
export class Targets {
  /** How many there are. */
  readonly count: number
  readonly #ofFamilies: readonly (readonly number[])[]
  readonly #families: readonly number[]
  readonly #services: readonly ProviderModel[]
  /** By target: itself, or the one that it is a model of. */
  readonly #bases: readonly number[]
  readonly #models = new Map<number, ModelTargets>()

  constructor(families: readonly Producer[], modelsOf: ModelsOf = () => []) {
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
    const bases = familyOf.map((_, target) => target)
    for (const [index, { producer }] of families.entries())
      for (const [place, named] of modelsOf(producer.name).entries()) {
        if (named === undefined) continue
        const base = this.#ofFamilies[index]![place]!
        const numbered = named.models.map(model => {
          services.push(services[base]!)
          bases.push(base)
          return [model, familyOf.push(index) - 1] as const
        })
        this.#models.set(base, { modelOf: named.modelOf, byModel: new Map(numbered) })
      }
    this.#families = familyOf
    this.#services = services
    this.#bases = bases
    this.count = familyOf.length
  }

  /** The targets of a family, in the order in which they are asked; their models not counted. */
  of(family: number): readonly number[] {
    return this.#ofFamilies[family]!
  }

  /** The targets of the models that jobs of a family name; of most families there are none. */
  modelsOf(family: number): readonly number[] {
    return this.of(family).flatMap(base => [...(this.#models.get(base)?.byModel.values() ?? [])])
  }

  isAlone(family: number): boolean {
    return this.#ofFamilies[family]!.length === 1
  }

  familyOf(target: number): number {
    return this.#families[target]!
  }

  /** The target that this one is a model of; most are none. */
  baseOf(target: number): number {
    return this.#bases[target]!
  }

  /** True when the jobs of some target name a model each. */
  get haveModels(): boolean {
    return this.#models.size > 0
  }

  /** True when the jobs that this target answers name a model each. */
  hasModels(target: number): boolean {
    return this.#models.has(target)
  }

  /** The target for a job with these inputs: that of the model which it names, or this one where it is not known. */
  forInputs(target: number, inputs: Readonly<Record<string, unknown>>): number {
    const models = this.#models.get(target)
    return models?.byModel.get(models.modelOf(inputs)) ?? target
  }

  /** From 0, for the first that is asked. */
  placeOf(target: number): number {
    return this.of(this.familyOf(target)).indexOf(this.baseOf(target))
  }

  /** As the blueprint names it: the model may also be the provider's own. */
  serviceOf(target: number): ProviderModel {
    return this.#services[target]!
  }
}
