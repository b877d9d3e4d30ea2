import { type ProviderModel, providerModelText } from '../../run/provider-model.js'
import { NumberColumn } from './columns.js'

/** Who has answered, by slot: four bytes a slot, and nothing where nobody is named. */
export class ProviderModelColumn {
  /** 1 + place in `#services`; 0: nobody. */
  readonly #numbers = new NumberColumn(0)
  readonly #services: ProviderModel[] = []
  readonly #known = new Map<string, number>()

  /** Nobody was ever named. */
  get isEmpty(): boolean {
    return this.#services.length === 0
  }

  set(slot: number, service: ProviderModel | undefined): void {
    if (service === undefined && this.#services.length === 0) return
    this.#numbers.set(slot, service === undefined ? 0 : this.#numberOf(service))
  }

  get(slot: number): ProviderModel | undefined {
    return this.#services[this.#numbers.get(slot) - 1]
  }

  #numberOf(service: ProviderModel): number {
    const key = providerModelText(service)
    let number = this.#known.get(key)
    if (number === undefined) {
      number = this.#services.push(service)
      this.#known.set(key, number)
    }
    return number
  }
}
