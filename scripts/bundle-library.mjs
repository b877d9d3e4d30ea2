import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { providerNames } from './list-providers.mjs'
import { thirdPartyNotices } from './third-party-notices.mjs'

// Puts the modules that a program loads with the library into a few files: finding, reading and linking several hundred
// of them was half of what a first run in a new process costs. The compiler's files stay beside them; only the public
// entries become one line each, so this comes after the other bundles.

/** What a program that runs a blueprint needs of other packages; the rest is found in node_modules when it is used. */
const BUNDLED = [
  'ansi-regex',
  'eventemitter3',
  'fastest-levenshtein',
  'get-east-asian-width',
  'is-network-error',
  'mime',
  'mustache',
  'p-limit',
  'p-retry',
  'p-timeout',
  'string-width',
  'strip-ansi',
  'yaml',
  'yocto-queue',
  'zod',
]
const ENTRIES = ['index', 'provider', 'testing']

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const folder = `${dist}lib`
const loader = `${dist}engine/provider/load-builtin.js`

/** What a run loads, on a local disk and beside a provider that calls no service. */
const RUNNING = [
  'engine/run/execute-run',
  'engine/execution/open-execution',
  'storage/local/open-local-store',
  'providers/template/template',
]

const isPackage = (/** @type {string} */ id) => /^[\w@]/.test(id)
const isBundled = (/** @type {string} */ id) => BUNDLED.some(name => id === name || id.startsWith(`${name}/`))

/**
 * Loads a built-in provider from the library's own files, to check a config: the file that the threads load brings a
 * second copy of the packages that the library has loaded already.
 */
const ownLoader = `import { providerOf } from '../../model/provider/provider-module.js'
import { BUNDLE_FILES, loadWithRoom } from '../../model/shortage/room-for-files.js'
const load = {
${providerNames()
  .map(name => `'${name}': () => import('../../providers/${name}/${name}.js'),`)
  .join('\n')}
}
export const loadBuiltin = async ({ name }) => providerOf(await loadWithRoom(load[name], BUNDLE_FILES))
`

/** @type {import('rolldown').InputOptions} */
const input = {
  input: Object.fromEntries(ENTRIES.map(name => [name, `${dist}${name}.js`])),
  platform: 'node',
  external: id => isPackage(id) && !isBundled(id),
  treeshake: { moduleSideEffects: id => !id.startsWith(dist) },
  plugins: [{ name: 'own-loader', load: id => (id === loader ? ownLoader : null) }],
  // The build for bundlers: modules that are joined into one, in place of functions in functions.
  resolve: {
    alias: { yaml: fileURLToPath(new URL('../node_modules/yaml/browser/index.js', import.meta.url)) },
  },
}

/** @param {import('rolldown').OutputOptions} options */
async function bundled(options) {
  const bundle = await rolldown(input)
  const { output } = await bundle.generate({ format: 'esm', chunkFileNames: '[name].js', ...options })
  await bundle.close()
  return output.filter(file => file.type === 'chunk')
}

/**
 * The modules that are loaded with some others, without those that nothing of them uses.
 * @param {readonly import('rolldown').OutputChunk[]} chunks as small as they come, so that they say what uses what
 * @param {readonly string[]} modules
 */
function loadedWith(chunks, modules) {
  const byFile = new Map(chunks.map(chunk => [chunk.fileName, chunk]))
  const loaded = new Set(
    modules.map(id => {
      const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId === `${dist}${id}.js`)
      if (chunk === undefined)
        throw new Error(`Nothing loads ${id} by itself: correct what scripts/bundle-library.mjs says of it.`)
      return chunk
    }),
  )
  for (const { imports } of loaded) {
    for (const file of imports) {
      const imported = byFile.get(file)
      if (imported !== undefined) loaded.add(imported)
    }
  }
  return new Set([...loaded].flatMap(chunk => Object.keys(chunk.modules)))
}

const chunks = await bundled({})
// What a provider's module imports, what the engine needs at its import, and what a first run does.
const ofProviders = loadedWith(chunks, ['provider'])
const ofEngine = loadedWith(chunks, ['index'])
const running = loadedWith(chunks, RUNNING)

/** @param {Set<string>} modules @param {string} name @param {number} priority */
const group = (modules, name, priority) => ({
  debugName: name,
  name: (/** @type {string} */ id) => (modules.has(id) ? name : null),
  priority,
})
const files = await bundled({
  codeSplitting: {
    groups: [
      group(ofProviders, 'provider-contract', 3),
      group(ofEngine, 'engine', 2),
      group(running, 'running', 1),
      { name: 'shared', minShareCount: 2, priority: 0 },
    ],
  },
})
mkdirSync(folder)
for (const { fileName, code } of files) writeFileSync(`${folder}/${fileName}`, code)
for (const name of ENTRIES) writeFileSync(`${dist}${name}.js`, `export * from './lib/${name}.js'\n`)
writeFileSync(`${folder}/THIRD-PARTY-LICENSES.txt`, thirdPartyNotices(BUNDLED))
