import type { Provider } from '../model/provider.js'
import type { BuiltinProvider } from './resolve-module.js'

/** Loads a built-in provider into this thread, to ask what it thinks of a config. Jobs load theirs in their threads. */
const LOADERS: Readonly<Record<BuiltinProvider, () => Promise<{ readonly default: Provider }>>> = {
  ai: () => import('../providers/ai.js'),
  command: () => import('../providers/command.js'),
  fal: () => import('../providers/fal.js'),
  http: () => import('../providers/http.js'),
  module: () => import('../providers/module.js'),
  'openai-batch': () => import('../providers/openai-batch.js'),
  replicate: () => import('../providers/replicate.js'),
  simulate: () => import('../providers/simulate.js'),
  template: () => import('../providers/template.js'),
}

export const loadBuiltinProvider = async (name: BuiltinProvider): Promise<Provider> =>
  (await LOADERS[name]()).default
