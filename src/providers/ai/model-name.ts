/** A model's vendor, as the AI SDK's packages are named, and its id there. */
export interface ModelName {
  readonly vendor: string
  readonly modelId: string
}

/**
 * Takes `openai/gpt-5-mini` apart; all of it is the id where the config names the vendor, or a service of one's own.
 * @returns undefined when nothing names the vendor
 */
export function modelName(
  model: string | undefined,
  { vendor, baseUrl }: { readonly vendor?: unknown; readonly baseUrl?: unknown },
): ModelName | undefined {
  if (model === undefined) return undefined
  if (typeof vendor === 'string') return { vendor, modelId: model }
  const slash = model.indexOf('/')
  if (slash > 0) {
    const name = model.slice(0, slash)
    if (/^[a-z][a-z0-9-]*$/.test(name)) return { vendor: name, modelId: model.slice(slash + 1) }
  }
  return baseUrl === undefined ? undefined : { vendor: 'compatible', modelId: model }
}
