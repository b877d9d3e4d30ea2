import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ProducerSpec } from '../../blueprint/blueprint.js'
import type { Path } from '../../diagnostics/place.js'

/** What is wrong with a producer's check that only files and schemas can tell, before anything is called. */
export async function checkMistakes(
  { name, check }: ProducerSpec,
  baseFolder: string,
): Promise<readonly { readonly path: Path; readonly message: string }[]> {
  if (check === undefined) return []
  const path = ['producers', name, 'check']
  const mistakes: { path: Path; message: string }[] = []
  const schemas = Object.entries(check.schemas)
  if (schemas.length > 0) {
    const { schemaMistake } = await import('../../workers/attempt/check/schema-faults.js')
    for (const [output, schema] of schemas) {
      const mistake = schemaMistake(schema)
      if (mistake === undefined) continue
      const message = `This is not a JSON Schema (draft 2020-12): ${mistake}.`
      mistakes.push({ path: [...path, 'schema', output], message })
    }
  }
  if (check.module !== undefined) {
    const file = resolve(baseFolder, check.module)
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
      const message = `There is no file ${file}. Paths start from the folder of the blueprint.`
      mistakes.push({ path: [...path, 'module'], message })
    }
  }
  return mistakes
}
