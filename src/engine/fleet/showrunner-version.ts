import { readFile } from 'node:fs/promises'
import { compiledModule } from '../../model/compiled-module.js'

/** The version of this package: hosts and engines of a fleet tell each other. */
export async function showrunnerVersion(): Promise<string> {
  const file = new URL('../package.json', compiledModule('index.js'))
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version
}
