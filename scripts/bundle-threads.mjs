import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { providerNames } from './list-providers.mjs'
import { thirdPartyNotices } from './third-party-notices.mjs'

// Puts what a worker thread loads into a few files: its entry, the built-in providers, the store of a local disk, and
// what they share. So a thread starts sooner, and needs a handful of file descriptors for it, not a hundred.

/** What a thread needs of other packages; the rest is found in node_modules when it is used. */
const BUNDLED = [
  'is-network-error',
  'mime',
  'mustache',
  'p-limit',
  'p-retry',
  'p-timeout',
  'yocto-queue',
  'zod',
]

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const folder = `${dist}thread`

const isPackage = (/** @type {string} */ id) => /^[\w@]/.test(id)
const isBundled = (/** @type {string} */ id) => BUNDLED.some(name => id === name || id.startsWith(`${name}/`))

const bundle = await rolldown({
  input: {
    'worker-main': `${dist}workers/thread/entry/worker-main.js`,
    ...Object.fromEntries(providerNames().map(name => [name, `${dist}providers/${name}/${name}.js`])),
  },
  platform: 'node',
  external: id => isPackage(id) && !isBundled(id),
})
await bundle.write({
  dir: folder,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'shared-[name].js',
  codeSplitting: {
    groups: [
      // A thread starts with its entry, the limiter and the model alone. What only some jobs need stays out of them:
      // schemas, tables of media types, the store.
      { name: 'schemas', test: /node_modules\/zod\//, priority: 5 },
      { name: 'limiter', test: /node_modules\/(p-limit|yocto-queue)\//, priority: 4 },
      { name: 'model', test: /dist\/model\/(?!provider\/latency|media\/file-extension)/, priority: 3 },
      // The other stores are not opened in a thread, and FlyStorage, which lists folders, is loaded when one is listed.
      {
        name: 'store',
        test: /dist\/storage\/(?!s3\/|log\/segment\/|memory\/|custom\/|blob\/(spool|pack\/object\/)|local\/(list-folder|local-adapter))/,
        priority: 2,
      },
      { name: 'kit', minShareCount: 2, priority: 1 },
    ],
  },
})
await bundle.close()
writeFileSync(`${folder}/THIRD-PARTY-LICENSES.txt`, thirdPartyNotices(BUNDLED))
