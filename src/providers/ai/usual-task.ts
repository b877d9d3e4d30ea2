import type { AiTask } from './ai-config.js'

/** What a model is asked for where the config does not say. */
export function usualTask(outputs: Readonly<Record<string, { readonly type: string }>>): AiTask {
  const types = Object.values(outputs).map(({ type }) => type)
  if (types.every(type => type.startsWith('image/') && !type.endsWith('xml'))) return 'image'
  return types.every(type => type.startsWith('audio/')) ? 'speech' : 'text'
}
