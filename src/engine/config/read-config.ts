import { stat } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BLUEPRINT_LIMIT_BYTES } from '../../blueprint/blueprint-limits.js'
import { readYaml } from '../../blueprint/yaml/read-yaml.js'
import { MistakeBook } from '../../diagnostics/mistake-book.js'
import { mistakesError } from '../../diagnostics/mistakes-error.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { EngineOptions } from './engine-options.js'
import { readTextFile } from './read-text-file.js'
import { readSettings } from './settings.js'

const CONFIG_NAMES = ['yaml', 'json', 'js', 'mjs'].map(extension => `showrunner.config.${extension}`)

/** A config file, or the folder that may have one. */
export type ConfigPlace =
  | {
      /** The path of the config. */
      readonly file: string
    }
  | {
      /** The folder that paths in it start from. */
      readonly folder: string
    }

/** Reads what `loadConfig` promises. */
export async function readConfig(from: ConfigPlace): Promise<EngineOptions> {
  if ('folder' in from) {
    const folder = resolve(from.folder)
    const found = await findConfig(folder)
    return found === undefined ? { folder, providers: {} } : await readConfig({ file: found })
  }
  const file = resolve(from.file)
  const { value, book } = await readContent(file)
  const settings = book.isEmpty ? readSettings(book, value) : undefined
  if (settings === undefined || !book.isEmpty) throw invalid(book)
  return { ...settings, folder: dirname(file), configSource: { mistakeBook: () => book.blank() } }
}

async function findConfig(folder: string): Promise<string | undefined> {
  const paths = CONFIG_NAMES.map(name => join(folder, name))
  const isThere = await Promise.all(
    paths.map(path =>
      stat(path).then(
        found => found.isFile(),
        () => false,
      ),
    ),
  )
  const found = paths.filter((_, index) => isThere[index])
  if (found.length > 1) {
    throw new ShowrunnerError(
      'CONFIG_INVALID',
      `There are ${found.length} configs, keep one: ${found.join(', ')}`,
    )
  }
  return found[0]
}

async function readContent(file: string): Promise<{ value: unknown; book: MistakeBook }> {
  switch (extname(file)) {
    case '.yaml':
    case '.yml':
    case '.json':
      return readYaml(await readText(file), { file })
    case '.js':
    case '.mjs':
      return { value: await importConfig(file), book: new MistakeBook(file) }
    default:
      throw wrong(file, 'The name of a config must end in .yaml, .json, .js or .mjs.')
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readTextFile(file, BLUEPRINT_LIMIT_BYTES)
  } catch (error) {
    throw unreadable(file, error)
  }
}

async function importConfig(file: string): Promise<unknown> {
  let content: unknown
  try {
    const namespace = (await import(pathToFileURL(file).href)) as { default?: unknown }
    content = await namespace.default
  } catch (error) {
    throw unreadable(file, error)
  }
  if (content === undefined) throw wrong(file, 'It has no default export. Write: export default { … }')
  return content
}

function wrong(file: string, message: string): ShowrunnerError {
  const book = new MistakeBook(file)
  book.add([], message)
  return invalid(book)
}

function unreadable(file: string, cause: unknown): ShowrunnerError {
  if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
    return new ShowrunnerError('CONFIG_INVALID', `The config ${file} does not exist.`, { cause })
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new ShowrunnerError('CONFIG_INVALID', `The config ${file} cannot be read: ${reason}`, { cause })
}

function invalid(book: MistakeBook): ShowrunnerError {
  return mistakesError('CONFIG_INVALID', 'The config', book)
}
