// Runs a movie whose only job never ends: `node holding-program.mjs <store url> <movie>`. Says so when it runs.
import { inline, openEngine } from '../../../dist/index.js'

const [store, movieId] = process.argv.slice(2)
const hold = inline(() => {
  process.stdout.write('running\n')
  return new Promise(() => setInterval(() => {}, 60_000))
})
const engine = await openEngine({ store, providers: { echo: hold } })
const producers = { Clip: { provider: 'echo', with: { text: 'fox' }, outputs: { Text: 'text' } } }
await engine.run({ movieId, blueprint: { name: 'single', producers } })
