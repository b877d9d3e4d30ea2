import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { JsonObject } from '../../model/json.js'
import { sha256 } from '../../model/sha256.js'
import type { Binding } from './binding.js'
import type { ResolvedProvider } from './provider-registry.js'

/** Imports and requires of files beside a module. Text that only looks like one adds a file, and does no harm. */
const RELATIVE_IMPORT = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"](\.{1,2}\/[^'"\n]+)['"]/g
/** `./draw.js` may be written in TypeScript. */
const ENDINGS = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.json']
const TYPESCRIPT = [
  [/\.js$/, '.ts'],
  [/\.mjs$/, '.mts'],
] as const
const DIGEST_CHARS = 16
/** Files of one provider that are compared; a larger file is data. */
const CODE_FILE_LIMIT = 1_000
const CODE_FILE_LIMIT_BYTES = 16 * 1024 * 1024

/**
 * Tells the code of providers apart, so that a changed module is noticed without anybody raising a `version`: by the
 * content of its file and of the files of the same folder that it imports. Packages and built-in providers change
 * with their versions, and programs that need no path are the machine's. Each file is read once an engine, as
 * threads load it once.
 */
export class CodeIdentities {
  readonly #ofFiles = new Map<string, Promise<string | undefined>>()

  /** Undefined where nothing is known of the code, or where the blueprint's `version` stands for it. */
  async of({ producer, provider, config }: Binding, baseFolder: string): Promise<string | undefined> {
    if (producer.version !== undefined || provider.isSimulated) return undefined
    if (provider.version !== undefined) return `v${sha256(provider.version).slice(1, DIGEST_CHARS)}`
    const files = codeFiles(config, provider, baseFolder)
    const hashes = (await Promise.all(files.map(file => this.#ofFile(file)))).filter(
      hash => hash !== undefined,
    )
    return hashes.length === 0 ? undefined : sha256(hashes.join('\n')).slice(0, DIGEST_CHARS)
  }

  #ofFile(path: string): Promise<string | undefined> {
    let hash = this.#ofFiles.get(path)
    if (hash === undefined) {
      hash = codeHash(path)
      this.#ofFiles.set(path, hash)
    }
    return hash
  }
}

/** The files that a provider begins with: its module, or what a built-in one runs. */
function codeFiles(
  config: JsonObject,
  { source, builtin }: ResolvedProvider,
  baseFolder: string,
): readonly string[] {
  if (source.type !== 'module') return []
  if (builtin !== undefined) return builtin.codeFiles?.(config, baseFolder) ?? []
  const path = fileURLToPath(source.specifier)
  return path.includes(`${sep}node_modules${sep}`) ? [] : [path]
}

/** Undefined for what cannot be read, or is too large to be code. */
async function codeHash(entry: string): Promise<string | undefined> {
  const folder = dirname(entry)
  const found = new Map<string, string>()
  const waiting = [entry]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const name = relative(folder, path)
    if (found.has(name) || found.size >= CODE_FILE_LIMIT) continue
    const bytes = await readCode(path)
    if (bytes === undefined) continue
    found.set(name, createHash('sha256').update(bytes).digest('hex'))
    for (const [, specifier] of bytes.toString('latin1').matchAll(RELATIVE_IMPORT)) {
      const imported = await existing(resolve(dirname(path), specifier!))
      if (imported?.startsWith(folder + sep)) waiting.push(imported)
    }
  }
  if (found.size === 0) return undefined
  return sha256(
    [...found]
      .sort()
      .map(([name, hash]) => `${name}\n${hash}`)
      .join('\n'),
  )
}

async function readCode(path: string): Promise<Buffer | undefined> {
  const isCode = await stat(path).then(
    found => found.isFile() && found.size <= CODE_FILE_LIMIT_BYTES,
    () => false,
  )
  return isCode ? await readFile(path).catch(() => undefined) : undefined
}

async function existing(path: string): Promise<string | undefined> {
  const candidates = ENDINGS.map(ending => path + ending)
  for (const [ending, typescript] of TYPESCRIPT)
    if (ending.test(path)) candidates.push(path.replace(ending, typescript))
  for (const candidate of candidates)
    if (
      await stat(candidate).then(
        found => found.isFile(),
        () => false,
      )
    )
      return candidate
  return undefined
}
