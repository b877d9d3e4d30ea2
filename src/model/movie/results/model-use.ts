import { roundCost } from '../../provider/price.js'
import { isSameProviderModel, type ProviderModel } from '../../run/provider-model.js'

/** What one of several that may answer a producer's jobs has done for it. */
export interface ModelUse extends ProviderModel {
  /** Jobs that it has answered, whether they have been answered again since or not. */
  readonly answers: number
  /** Of its attempts, failed ones too, in US dollars. */
  readonly costUsd: number
  /** The most that its attempts may have cost of which nobody says what they did, in US dollars. */
  readonly uncertainCostUsd: number
}

/** What has been done, by producer, for those that several may answer. */
export type ModelUses = Map<string, readonly ModelUse[]>

/** Adds what an attempt has come to. Nothing is kept for producers that only one may answer. */
export function addUse(
  uses: ModelUses,
  producer: string,
  service: ProviderModel | undefined,
  { answers = 0, costUsd = 0, uncertainCostUsd = 0 }: Partial<ModelUse>,
): void {
  if (service === undefined || (answers === 0 && costUsd === 0 && uncertainCostUsd === 0)) return
  const before = uses.get(producer) ?? []
  const known = before.find(use => isSameProviderModel(use, service))
  const sum = {
    ...service,
    answers: (known?.answers ?? 0) + answers,
    costUsd: roundCost((known?.costUsd ?? 0) + costUsd),
    uncertainCostUsd: roundCost((known?.uncertainCostUsd ?? 0) + uncertainCostUsd),
  }
  uses.set(producer, known ? before.map(use => (use === known ? sum : use)) : [...before, sum])
}
