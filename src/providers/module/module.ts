import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import type { Provider } from '../../model/provider/provider.js'
import { importProvider } from '../../model/provider/provider-module.js'
import { configuredProvider } from '../kit/configured-provider.js'

const configSchema = z.looseObject({ file: z.string().min(1) })
const loaded = new Map<string, Provider>()

/**
 * Runs a provider from a file, `config.file`, relative to the blueprint. The file sees the whole config.
 */
const provider = configuredProvider('module', configSchema, {
  look: {
    more({ file }, request) {
      const path = resolve(request.baseFolder, file)
      if (statSync(path, { throwIfNoEntry: false })?.isFile()) return []
      return [
        {
          path: ['file'],
          message: `There is no file ${path}. Paths start from the folder of the blueprint.`,
        },
      ]
    },
  },
  async produce({ file }, request, context) {
    const specifier = pathToFileURL(resolve(request.baseFolder, file)).href
    let itself = loaded.get(specifier)
    if (itself === undefined) {
      itself = await importProvider('module', specifier)
      loaded.set(specifier, itself)
    }
    return await itself.produce(request, context)
  },
})
export default provider
