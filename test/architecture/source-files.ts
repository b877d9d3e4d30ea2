import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'rolldown/utils'

/** Text by path below a folder of the repository, with `/`. */
export type SourceFiles = ReadonlyMap<string, string>

interface Import {
  /** As it is written. */
  readonly specifier: string
  /** Types alone: nothing of it is left once it is compiled. */
  readonly isType: boolean
}

/** What a file says to others. */
interface Module {
  readonly imports: readonly Import[]
  /** Names, without `default` and `*`; with those of types. */
  readonly exports: readonly string[]
}

export function readSourceFiles(folder = 'src', ending = /\.ts$/): SourceFiles {
  const root = fileURLToPath(new URL(`../../${folder}/`, import.meta.url))
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(path => ending.test(path))
  return new Map(
    paths.map(path => [path.replaceAll('\\', '/'), readFileSync(`${root}/${path}`, 'utf8')] as const),
  )
}

const read = new Map<string, Module>()

/** Read by a parser, so that comments and texts say nothing; each text once. */
export function moduleOf(source: string): Module {
  const known = read.get(source)
  if (known !== undefined) return known
  const module = parseModule(source)
  read.set(source, module)
  return module
}

function parseModule(source: string): Module {
  const { module, errors } = parseSync('source.ts', source)
  if (errors.length > 0) throw new Error(errors[0]!.message)
  const imports: Import[] = []
  const exports: string[] = []
  for (const { start, end, moduleRequest, entries } of module.staticImports) {
    const isType =
      /^import\s+type\b/.test(source.slice(start, end)) ||
      (entries.length > 0 && entries.every(entry => entry.isType))
    imports.push({ specifier: moduleRequest.value, isType })
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, exportName, isType } of entries) {
      if (moduleRequest !== null) imports.push({ specifier: moduleRequest.value, isType })
      if (exportName.kind === 'Name') exports.push(exportName.name!)
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const text = /^(['"`])([^$]*)\1$/.exec(source.slice(moduleRequest.start, moduleRequest.end))?.[2]
    if (text !== undefined) imports.push({ specifier: text, isType: false })
  }
  return { imports, exports }
}

/** What a file imports, types as well, as written. */
export const importsOf = (source: string): string[] =>
  moduleOf(source).imports.map(({ specifier }) => specifier)

/** Imported files, as paths below the folder that `path` is below; types as well. */
export const localImportsOf = (path: string, source: string): string[] =>
  localOf(path, moduleOf(source).imports)

/** Imported files whose code is loaded, at once or at run time; not those of which types alone are asked. */
export const loadedImportsOf = (path: string, source: string): string[] =>
  localOf(
    path,
    moduleOf(source).imports.filter(({ isType }) => !isType),
  )

const localOf = (path: string, imports: readonly Import[]): string[] =>
  imports
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier }) => posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts'))

/** Code without comments; strings stay. */
export function withoutComments(source: string): string {
  const { comments } = parseSync('source.ts', source)
  let code = source
  for (const { start, end } of comments.toReversed()) code = `${code.slice(0, start)} ${code.slice(end)}`
  return code
}

/** The first folder; files at the top are folders of their own. */
export const folderOf = (path: string): string => path.split('/')[0]!
