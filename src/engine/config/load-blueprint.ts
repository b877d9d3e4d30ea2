import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Blueprint } from '../../blueprint/blueprint.js'
import { BLUEPRINT_LIMIT_BYTES } from '../../blueprint/blueprint-limits.js'
import { compileBlueprint } from '../../blueprint/compile/compile-blueprint.js'
import { readDefinition } from '../../blueprint/read-definition.js'
import { MistakeBook } from '../../diagnostics/mistake-book.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { NotTextError } from '../../model/media/decode-text.js'
import { readTextFile, TextTooLargeError } from './read-text-file.js'
import type { BlueprintSource } from './requests.js'

export interface LoadedBlueprint {
  readonly blueprint: Blueprint
  /** Where relative paths in provider configs start: the file's folder, or the working folder. */
  readonly baseFolder: string
  /** For mistakes that show only beside the config: finds their places in the file. */
  mistakeBook(): MistakeBook
}

/** @throws ShowrunnerError `BLUEPRINT_UNREADABLE`, `BLUEPRINT_INVALID` */
export async function loadBlueprint(source: BlueprintSource): Promise<LoadedBlueprint> {
  if (typeof source !== 'string' && !(source instanceof URL))
    return {
      blueprint: compileBlueprint(source),
      baseFolder: process.cwd(),
      mistakeBook: () => new MistakeBook(),
    }
  const path = resolve(source instanceof URL || source.startsWith('file:') ? fileURLToPath(source) : source)
  const text = await readText(path)
  const file = String(source)
  return {
    blueprint: compileBlueprint(text, { file }),
    baseFolder: dirname(path),
    mistakeBook: () => readDefinition(text, file).book,
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readTextFile(path, BLUEPRINT_LIMIT_BYTES)
  } catch (error) {
    if (error instanceof TextTooLargeError)
      throw new ShowrunnerError(
        'BLUEPRINT_INVALID',
        `${path}: ${error.message} Put large data into inputs: -i rows=@file.csv`,
      )
    if (error instanceof NotTextError)
      throw new ShowrunnerError('BLUEPRINT_INVALID', `${path}: ${error.message}`)
    const { code } = error as NodeJS.ErrnoException
    const what = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : 'cannot be read'
    throw new ShowrunnerError('BLUEPRINT_UNREADABLE', `${path} ${what}. Give the path of a blueprint file.`, {
      cause: error,
    })
  }
}
