import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

// What the bundles of the command and of the library have in common.

export const dist = fileURLToPath(new URL('../dist/', import.meta.url))

/** True for the name of a package, or of a file in one. */
export const isPackage = (/** @type {string} */ id) => /^[\w@]/.test(id)

/**
 * Loads a built-in provider from the bundle's own files, to check a config: the file that the threads load brings a
 * second copy of the packages that the bundle has loaded already.
 * @param {readonly string[]} names
 */
export function ownLoader(names) {
  const lines = names.map(name => `'${name}': () => import('../../providers/${name}/${name}.js'),`)
  return `import { providerOf } from '../../model/provider/provider-module.js'
import { BUNDLE_FILES, loadWithRoom } from '../../model/shortage/room-for-files.js'
const load = {\n${lines.join('\n')}\n}
export const loadBuiltin = async ({ name }) => providerOf(await loadWithRoom(load[name], BUNDLE_FILES))
`
}

/** What measures texts on a terminal makes one of these when it is loaded, and it reads tables of Unicode for 10 ms. */
const SEGMENTER = /^const (\w+) = (new Intl\.Segmenter\(.*\));$/m
/** Node reads patterns with the file, and those that ask for properties of characters with more tables: 30 ms for emoji. */
const PROPERTY_PATTERN = /^const (\w+) = \/((?:[^/\\\n]|\\.)*\\p\{(?:[^/\\\n]|\\.)*)\/(\w*);$/gm
const LATE_PATTERN = `
function latePattern(source, flags) {
  let own
  const pattern = () => (own ??= new RegExp(source, flags))
  return {
    test: text => pattern().test(text),
    [Symbol.match]: text => pattern()[Symbol.match](text),
    [Symbol.search]: text => pattern()[Symbol.search](text),
  }
}
`

/**
 * Made when a text first needs them, as most do not.
 * @param {string} code
 * @param {string} id
 */
function withLateUnicode(code, id) {
  if (!id.includes('node_modules')) return null
  const late = code
    .replace(
      SEGMENTER,
      (_, name, made) => `let own; const ${name} = { segment: text => (own ??= ${made}).segment(text) };`,
    )
    .replace(
      PROPERTY_PATTERN,
      (_, name, source, flags) => `const ${name} = latePattern(${JSON.stringify(source)}, '${flags}');`,
    )
  if (/=.*\/.*\\p\{RGI_Emoji\}.*\/v/.test(late))
    throw new Error(`Every program would read the tables of emoji: scripts/bundling.mjs does not know ${id}.`)
  return late === code ? null : late + LATE_PATTERN
}

/**
 * A file with a single other character is kept as two bytes for each of its characters, and takes longer to read.
 * @param {string} code
 */
export const inAscii = code =>
  code.replace(/[^\0-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/**
 * Bundles modules of `dist/`, with some packages; the other packages are found in node_modules when they are used.
 * @param {import('rolldown').InputOptions['input']} input
 * @param {readonly string[]} packages
 * @param {ReadonlyMap<string, string>} replaced code in the place of modules
 * @returns what bundles them with these options
 */
export function bundler(input, packages, replaced) {
  const isBundled = (/** @type {string} */ id) =>
    packages.some(name => id === name || id.startsWith(`${name}/`))
  /** @type {import('rolldown').InputOptions} */
  const options = {
    input,
    platform: 'node',
    external: id => isPackage(id) && !isBundled(id),
    // Of an entry, a bundle takes what it uses. A package says itself whether loading it does something.
    treeshake: { moduleSideEffects: id => id === input || (id.startsWith(dist) ? false : undefined) },
    plugins: [
      { name: 'replaced', load: id => replaced.get(id) },
      { name: 'late-unicode', transform: withLateUnicode },
    ],
    // The build for bundlers: modules that are joined into one, in place of functions in functions.
    resolve: {
      alias: { yaml: fileURLToPath(new URL('../node_modules/yaml/browser/index.js', import.meta.url)) },
    },
  }
  return async (/** @type {import('rolldown').OutputOptions} */ output) => {
    const bundle = await rolldown(options)
    const generated = await bundle.generate({ format: 'esm', chunkFileNames: '[name].js', ...output })
    await bundle.close()
    return generated.output
  }
}

/**
 * The modules that are loaded with some others, without those that nothing of them uses.
 * @param {readonly import('rolldown').OutputChunk[]} chunks as small as they come, so that they say what uses what
 * @param {readonly string[]} modules
 */
export function loadedWith(chunks, modules) {
  const byFile = new Map(chunks.map(chunk => [chunk.fileName, chunk]))
  const loaded = new Set(
    modules.map(id => chunks.find(chunk => chunk.facadeModuleId === `${dist}${id}.js`) ?? missing(id)),
  )
  for (const { imports } of loaded) {
    for (const file of imports) {
      const imported = byFile.get(file)
      if (imported !== undefined) loaded.add(imported)
    }
  }
  return new Set([...loaded].flatMap(chunk => Object.keys(chunk.modules)))
}

/**
 * @param {string} id
 * @returns {never}
 */
function missing(id) {
  throw new Error(`Nothing loads ${id} by itself: correct what the script of the bundle says of it.`)
}
