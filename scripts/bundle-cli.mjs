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

const bundle = await rolldown({
  input: main,
  platform: 'node',
  external: id => isPackage(id) && !isBundled(id),
  // Of the engine's entry, a command takes what it uses.
  treeshake: { moduleSideEffects: id => id === main || !id.startsWith(dist) },
  plugins: [{ name: 'replaced', load: id => replaced.get(id) }],
})
const { output } = await bundle.generate({
  format: 'esm',
  chunkFileNames: '[name].js',
  codeSplitting: {
    groups: [
      { debugName: 'start', name: (id, graph) => (isOfTheStart(id, graph) ? 'start' : null), priority: 2 },
      { name: 'shared', test: id => !isOfProviders(id), minShareCount: 2, priority: 1 },
      // What the built-in providers share among themselves comes with the first of them.
      { name: 'kit', minShareCount: 2, priority: 0 },
    ],
  },
})
await bundle.close()

rmSync(folder, { recursive: true })
mkdirSync(folder)
for (const file of output) {
  writeFileSync(`${folder}/${file.fileName}`, file.type === 'chunk' ? file.code : file.source)
}
// npm sets the run bit when it links the command, and a later install that builds again would lose it.
chmodSync(main, 0o755)
writeFileSync(`${folder}/THIRD-PARTY-LICENSES.txt`, thirdPartyNotices(BUNDLED))
