// node --expose-gc many-runs-program.mjs FOLDER PROVIDER FEW MANY: runs one movie after the other on one engine, and
// prints how many objects there are after FEW and after MANY of them, in this thread and in the provider's.
import { fileURLToPath } from 'node:url'
import { inline, openEngine } from '../../../dist/index.js'
import { countObjects } from './count-objects.mjs'
import provider from './counted-provider.mjs'

const [folder, kind, few, many] = process.argv.slice(2)
const program = new AbortController()
const engine = await openEngine({
  store: `file:${folder}/movies`,
  durability: 'process',
  threads: 1,
  providers: {
    work:
      kind === 'inline'
        ? inline(provider)
        : { module: fileURLToPath(new URL('./counted-provider.mjs', import.meta.url)) },
  },
})

/** @returns the text that its job made */
async function runMovie(number, isCounted) {
  const blueprint = {
    name: 'many-runs',
    inputs: { run: 'integer', isCounted: 'boolean' },
    producers: {
      Work: {
        provider: 'work',
        with: { run: '${inputs.run}', isCounted: '${inputs.isCounted}' },
        outputs: { Text: 'text', File: 'text/plain' },
      },
    },
  }
  const run = engine.run({
    movieId: `movie-${number}`,
    blueprint,
    inputs: { run: number, isCounted },
    signal: program.signal,
  })
  let text
  run.on('artifact', ({ value }) => {
    text ??= value
  })
  const { status } = await run
  if (status !== 'succeeded') throw new Error(`Run ${number} ended as ${status}.`)
  return text
}

const counts = []
for (let number = 1; number <= Number(many); number++) {
  const isCounted = number === Number(few) || number === Number(many)
  const text = await runMovie(number, isCounted)
  if (isCounted) counts.push({ provider: Number(text), host: await countObjects() })
}
console.log(JSON.stringify(counts))
await engine.close()
