import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Text by path below `src/`, with `/`. */
export type SourceFiles = ReadonlyMap<string, string>

export function readSourceFiles(): SourceFiles {
  const root = fileURLToPath(new URL('../../src/', import.meta.url))
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts'))
  return new Map(
    paths.map(path => [path.replaceAll('\\', '/'), readFileSync(`${root}/${path}`, 'utf8')] as const),
  )
}

/** Code without comments; strings stay. */
export function withoutComments(source: string): string {
  const stringOrComment =
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g
  return source.replace(stringOrComment, found => (found.startsWith('/') ? ' ' : found))
}

const SPECIFIERS = [
  /\b(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/g,
  /\bimport\s*\(?\s*['"]([^'"]+)['"]/g,
]

/** What a file imports, types as well, as written. */
export function importsOf(source: string): string[] {
  const code = withoutComments(source)
  return SPECIFIERS.flatMap(pattern => [...code.matchAll(pattern)].map(match => match[1]!))
}

/** Imported files of the package, as paths below `src/`. */
export function localImportsOf(path: string, source: string): string[] {
  return importsOf(source)
    .filter(specifier => specifier.startsWith('.'))
    .map(specifier => posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts'))
}

/** The first folder; files at the top are folders of their own. */
export const folderOf = (path: string): string => path.split('/')[0]!
