import type { Provider } from '../../model/provider/provider.js'
import type { BuiltinProvider } from './resolve-module.js'

/** Loads a built-in provider into this thread, to ask what it thinks of a config. Jobs load theirs in their threads. */
const LOADERS: Readonly<Record<BuiltinProvider, () => Promise<{ readonly default: Provider }>>> = {
  ai: () => import('../../providers/ai/ai.js'),
  command: () => import('../../providers/command/command.js'),
  fal: () => import('../../providers/fal/fal.js'),
  http: () => import('../../providers/http/http.js'),
  module: () => import('../../providers/module/module.js'),
  'openai-batch': () => import('../../providers/openai-batch/openai-batch.js'),
  replicate: () => import('../../providers/replicate/replicate.js'),
  simulate: () => import('../../providers/simulate/simulate.js'),
  template: () => import('../../providers/template/template.js'),
}

export const loadBuiltinProvider = async (name: BuiltinProvider): Promise<Provider> =>
  (await LOADERS[name]()).default
