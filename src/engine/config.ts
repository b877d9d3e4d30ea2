import { readFile, stat } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseDocument } from 'yaml'
import type { z } from 'zod'
import { ShowrunnerError } from '../model/error.js'
import { isJsonObject } from '../model/json.js'
import { BLUEPRINT_LIMIT_BYTES, YAML_ALIAS_LIMIT } from '../model/limit.js'
import { asProvider } from '../model/provider-module.js'
import { configMistakes, configSchema } from './config-schema.js'
import type { InlineProvider, ProviderEntry } from './provider-registry.js'

const CONFIG_NAMES = ['yaml', 'json', 'js', 'mjs'].map(extension => `showrunner.config.${extension}`)

/** A config file's content, checked. */
export interface EngineConfig extends Omit<z.infer<typeof configSchema>, 'providers'> {
  /** Absolute path; undefined when the folder has no config. */
  readonly file: string | undefined
  /** Absolute folder that module paths start from. */
  readonly folder: string
  /** A JavaScript config may hold providers made by `inline()`. */
  readonly providers: Readonly<Record<string, ProviderEntry>>
}

/**
 * Reads `file`, or `showrunner.config.{yaml,json,js,mjs}` in `folder` when there is one.
 * @throws ShowrunnerError `CONFIG_INVALID` with every mistake in the file
 */
export async function loadConfig(
  from: { readonly file: string } | { readonly folder: string },
): Promise<EngineConfig> {
  if ('folder' in from) {
    const folder = resolve(from.folder)
    const found = await findConfig(folder)
    return found === undefined
      ? { file: undefined, folder, providers: {} }
      : await loadConfig({ file: found })
  }
  const file = resolve(from.file)
  const content = (await readConfig(file)) ?? {}
  const { inlined, rest } = splitInline(content)
  const parsed = configSchema.safeParse(rest)
  if (!parsed.success) throw invalid(file, configMistakes(parsed.error.issues))
  const { providers, ...settings } = parsed.data
  return { ...settings, file, folder: dirname(file), providers: { ...providers, ...inlined } }
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

async function readConfig(file: string): Promise<unknown> {
  switch (extname(file)) {
    case '.yaml':
    case '.yml':
    case '.json':
      return parseText(file, await readText(file))
    case '.js':
    case '.mjs':
      return await importConfig(file)
    default:
      throw invalid(file, ['the name must end in .yaml, .json, .js or .mjs'])
  }
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file)
    if (size > BLUEPRINT_LIMIT_BYTES) {
      throw invalid(file, [`it has ${size} bytes; ${BLUEPRINT_LIMIT_BYTES} are allowed`])
    }
    return await readFile(file, 'utf8')
  } catch (error) {
    throw error instanceof ShowrunnerError ? error : unreadable(file, error)
  }
}

/** JSON is YAML, and the YAML parser says where a mistake is. */
function parseText(file: string, text: string): unknown {
  const document = parseDocument(text)
  const mistakes = document.errors.map(({ message }) => message.split('\n', 1)[0]!.replace(/:$/, ''))
  if (mistakes.length > 0) throw invalid(file, mistakes)
  try {
    return document.toJS({ maxAliasCount: YAML_ALIAS_LIMIT })
  } catch (error) {
    throw unreadable(file, error)
  }
}

async function importConfig(file: string): Promise<unknown> {
  try {
    return ((await import(pathToFileURL(file).href)) as { default?: unknown }).default
  } catch (error) {
    throw unreadable(file, error)
  }
}

/** Inline providers are code, which a schema cannot check. */
function splitInline(content: unknown): { inlined: Record<string, InlineProvider>; rest: unknown } {
  const inlined: Record<string, InlineProvider> = {}
  if (!isJsonObject(content) || !isJsonObject(content.providers)) return { inlined, rest: content }
  const providers = Object.entries(content.providers as Record<string, unknown>).filter(([name, entry]) => {
    const { type, provider } = (entry ?? {}) as Partial<InlineProvider>
    if (type !== 'inline' || asProvider(provider) === undefined) return true
    inlined[name] = entry as InlineProvider
    return false
  })
  return { inlined, rest: { ...content, providers: Object.fromEntries(providers) } }
}

function unreadable(file: string, cause: unknown): ShowrunnerError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new ShowrunnerError('CONFIG_INVALID', `The config ${file} cannot be read: ${reason}`, { cause })
}

function invalid(file: string, mistakes: readonly string[]): ShowrunnerError {
  const list = mistakes.map(mistake => `\n  - ${mistake}`).join('')
  return new ShowrunnerError('CONFIG_INVALID', `The config ${file} is not valid:${list}`, {
    details: { file, mistakes },
  })
}
