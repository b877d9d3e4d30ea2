/** A provider and the model that it is asked for. */
export interface ProviderModel {
  /** The provider, by its name in blueprints. */
  readonly provider: string
  /** Absent when it is asked for none. */
  readonly model?: string
}

/** `writer`, or `ai openai/gpt-5-mini`. */
export const providerModelText = ({ provider, model }: ProviderModel): string =>
  model === undefined ? provider : `${provider} ${model}`

export const isSameProviderModel = (one: ProviderModel, other: ProviderModel): boolean =>
  one.provider === other.provider && one.model === other.model
