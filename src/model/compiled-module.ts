/**
 * File URL of a built file of this package, named by its path below `dist/`. Worker threads load plain
 * JavaScript only, so a copy that runs from its TypeScript sources (the tests) points at `dist/` as well.
 */
export function compiledModule(path: string): string {
  const root = new URL(import.meta.url.endsWith('.ts') ? '../../dist/' : '../', import.meta.url)
  return new URL(path, root).href
}

/** File URL of a built-in provider's code, bundled for the threads. */
export const builtinModule = (name: string): string => compiledModule(`thread/${name}.js`)
