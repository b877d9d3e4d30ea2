import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { providerNames } from './list-providers.mjs'
import { thirdPartyNotices } from './third-party-notices.mjs'

// Puts the several hundred modules that a command loads into a few files: most of the time of a short command
// is Node finding and reading its modules. The library stays as the compiler wrote it.

/** What every command needs of other packages; the rest is found in node_modules when it is used. */
const BUNDLED = [
  '@commander-js/extra-typings',
  'ansi-escapes',
  'ansi-regex',
  'ansi-styles',
  'cli-cursor',
  'commander',
  'environment',
  'eventemitter3',
  'fastest-levenshtein',
  'get-east-asian-width',
  'is-fullwidth-code-point',
  'is-network-error',
  'log-update',
  'mime',
  'mimic-function',
  'mustache',
  'onetime',
  'p-limit',
  'p-retry',
  'p-timeout',
  'restore-cursor',
  'signal-exit',
  'slice-ansi',
  'string-width',
  'strip-ansi',
  'wrap-ansi',
  'yaml',
  'yocto-queue',
  'zod',
]

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const folder = `${dist}cli`
const main = `${folder}/main.js`
const index = `${folder}/command-index.js`
const engine = `${dist}index.js`
const loader = `${dist}engine/provider/load-builtin.js`

const isPackage = (/** @type {string} */ id) => /^[\w@]/.test(id)
const isBundled = (/** @type {string} */ id) => BUNDLED.some(name => id === name || id.startsWith(`${name}/`))

const isOfProviders = (/** @type {string} */ id) =>
  id.startsWith(`${dist}providers/`) || /node_modules\/(is-network-error|mime|mustache|p-retry)\//.test(id)

/** What commands load that look at a movie, or tidy it up. */
const LOOKING = [
  'cli/commands/change/gc',
  'cli/commands/inspect/list',
  'cli/commands/inspect/log',
  'cli/commands/inspect/status',
  'cli/commands/inspect/verify',
  'engine/config/read-config',
  'engine/operations/gc-movie',
  'engine/operations/movie-events',
  'engine/operations/movie-status',
  'engine/operations/verify-movie',
  'storage/local/open-local-store',
]
/** What `plan` loads. */
const PLANNING = [
  'cli/commands/build/plan',
  'engine/config/read-config',
  'engine/operations/preview-movie',
  'storage/local/open-local-store',
]
/** What `run` loads. */
const RUNNING = [
  'cli/commands/build/run',
  'engine/config/read-config',
  'engine/run/execute-run',
  'engine/execution/open-execution',
  'storage/local/open-local-store',
]
/** A provider that calls no service. */
const PLAIN_PROVIDER = 'providers/template/template'

/** @type {Set<string> | undefined} */
let ofTheStart

/**
 * Everything that help and version need, and no more. Not the main module itself: it waits for the command, and
 * the command would wait for a file with it.
 * @param {string} id
 * @param {{ getModuleInfo(id: string): { importedIds: string[] } | null }} graph
 */
function isOfTheStart(id, graph) {
  if (ofTheStart === undefined) {
    ofTheStart = new Set([main])
    for (const each of ofTheStart) {
      for (const imported of graph.getModuleInfo(each)?.importedIds ?? []) {
        if (imported === engine)
          throw new Error(`Help and version would load the engine: ${each} imports it.`)
        ofTheStart.add(imported)
      }
    }
    ofTheStart.delete(main)
  }
  return ofTheStart.has(id)
}

/**
 * The list of commands as their files declare them now, so that the command need not load all of them to find one.
 * @param {readonly import('../dist/cli/command-index.js').CommandEntry[]} entries
 */
function fixedIndex(entries) {
  const lines = entries.map(
    ({ load: _, ...entry }) =>
      `{ ...${JSON.stringify(entry)}, load: () => import('./commands/${entry.file}.js') },`,
  )
  return `export const commandIndex = async () => [\n${lines.join('\n')}\n]\n`
}

/**
 * Loads a built-in provider from the command's own files, to check a config: the file that the threads load brings
 * a second copy of the packages that the command has loaded already.
 * @param {readonly string[]} names
 */
function ownLoader(names) {
  const lines = names.map(name => `'${name}': () => import('../../providers/${name}/${name}.js'),`)
  return `import { providerOf } from '../../model/provider/provider-module.js'
import { BUNDLE_FILES, loadWithRoom } from '../../model/shortage/room-for-files.js'
const load = {\n${lines.join('\n')}\n}
export const loadBuiltin = async ({ name }) => providerOf(await loadWithRoom(load[name], BUNDLE_FILES))
`
}

const { commandIndex } = await import(index)
const replaced = new Map([
  [index, fixedIndex(await commandIndex())],
  [loader, ownLoader(providerNames())],
])

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
    throw new Error(
      `Every command would read the tables of emoji: scripts/bundle-cli.mjs does not know ${id}.`,
    )
  return late === code ? null : late + LATE_PATTERN
}

/**
 * A file with a single other character is kept as two bytes for each of its characters, and takes longer to read.
 * @param {string} code
 */
const inAscii = code =>
  code.replace(/[^\0-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** @type {import('rolldown').InputOptions} */
const input = {
  input: main,
  platform: 'node',
  external: id => isPackage(id) && !isBundled(id),
  // Of the engine's entry, a command takes what it uses. A package says itself whether loading it does something.
  treeshake: { moduleSideEffects: id => id === main || (id.startsWith(dist) ? false : undefined) },
  plugins: [
    { name: 'replaced', load: id => replaced.get(id) },
    { name: 'late-unicode', transform: withLateUnicode },
  ],
  // The build for bundlers: modules that are joined into one, in place of functions in functions.
  resolve: {
    alias: { yaml: fileURLToPath(new URL('../node_modules/yaml/browser/index.js', import.meta.url)) },
  },
}

/**
 * @param {import('rolldown').OutputOptions} options
 */
async function bundled(options) {
  const bundle = await rolldown(input)
  const { output } = await bundle.generate({ format: 'esm', chunkFileNames: '[name].js', ...options })
  await bundle.close()
  return output
}

/**
 * The modules that are loaded with some others, without those that nothing of them uses.
 * @param {readonly import('rolldown').OutputChunk[]} chunks as small as they come, so that they say what uses what
 * @param {readonly string[]} modules
 */
function loadedWith(chunks, modules) {
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
  throw new Error(`Nothing loads ${id} by itself: correct what scripts/bundle-cli.mjs says of it.`)
}

const chunks = (await bundled({})).filter(file => file.type === 'chunk')
const looking = loadedWith(chunks, LOOKING)
const planning = loadedWith(chunks, PLANNING)
const running = loadedWith(chunks, RUNNING)
const plainKit = loadedWith(chunks, [PLAIN_PROVIDER])

/**
 * The file of a module that several others use: what almost all commands load; what a plan needs beside, then a run;
 * what providers without a service need, and those with one; the rest.
 * @param {string} id
 */
function sharedFileOf(id) {
  if (looking.has(id)) return 'engine'
  if (planning.has(id)) return 'planning'
  if (running.has(id)) return 'running'
  if (plainKit.has(id)) return 'kit'
  return isOfProviders(id) ? 'services' : 'shared'
}

const output = await bundled({
  codeSplitting: {
    groups: [
      { debugName: 'start', name: (id, graph) => (isOfTheStart(id, graph) ? 'start' : null), priority: 1 },
      { debugName: 'shared', name: sharedFileOf, minShareCount: 2, priority: 0 },
    ],
  },
})

rmSync(folder, { recursive: true })
mkdirSync(folder)
for (const file of output) {
  writeFileSync(`${folder}/${file.fileName}`, file.type === 'chunk' ? inAscii(file.code) : file.source)
}
// npm sets the run bit when it links the command, and a later install that builds again would lose it.
chmodSync(main, 0o755)
writeFileSync(`${folder}/THIRD-PARTY-LICENSES.txt`, thirdPartyNotices(BUNDLED))
