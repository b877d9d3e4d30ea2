import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import { loadWithRoom } from '../../../model/shortage/room-for-files.js'

/** A package that only users of one provider need. */
export interface OptionalPackage {
  readonly name: string
  /** What goes after the `@` of `npm install`. */
  readonly version: string
}

const loading = new Map<string, Promise<unknown>>()

/**
 * Imports a package on its first use: the one installed beside this package, or else the one that is
 * installed for `folder`.
 * @throws ProviderError `invalid` that says how to install it
 */
export async function loadPackage<Module>(
  provider: string,
  { name, version }: OptionalPackage,
  folder: string,
): Promise<Module> {
  let module = loading.get(name)
  if (module === undefined) {
    module = loadWithRoom(() => importFrom(name, folder))
    loading.set(name, module)
    // What is missing now may be installed for the folder of the next job.
    module.catch(() => loading.delete(name))
  }
  try {
    return (await module) as Module
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause
    throw new ProviderError(
      'invalid',
      `Provider ${provider} needs the package ${name}, which is not installed: npm install ${name}@${version}`,
      { cause },
    )
  }
}

async function importFrom(name: string, folder: string): Promise<unknown> {
  try {
    return await import(name)
  } catch (error) {
    if (!isMissing(error, name)) throw error
    const path = createRequire(join(folder, 'blueprint.js')).resolve(name)
    return await import(pathToFileURL(path).href)
  }
}

/** It itself, and not something that it needs. */
const isMissing = (error: unknown, name: string): boolean =>
  error instanceof Error &&
  error.message.includes(`'${name}'`) &&
  ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes((error as NodeJS.ErrnoException).code ?? '')
