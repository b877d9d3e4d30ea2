// A store of your own, from outside the package: node examples/own-store/own-store.mjs
import { defineBlueprint, inline, openEngine } from 'showrunner'
import { runStoreContract } from 'showrunner/testing'
import { tableFiles } from './table-files.mjs'

await runStoreContract(tableFiles)
console.log('the store keeps its promises')

const blueprint = defineBlueprint({
  name: 'badges',
  inputs: { names: { type: 'json' } },
  loops: { name: { over: '${inputs.names}' } },
  producers: {
    Badge: {
      loop: 'name',
      provider: 'draw',
      with: { name: '${name}' },
      outputs: { Image: 'image/svg+xml' },
    },
  },
})

const draw = inline(async ({ inputs }) => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg"><text y="20">${inputs.name}</text></svg>`
  return { outputs: { Image: { bytes: Buffer.from(svg), mimeType: 'image/svg+xml' } } }
})

const files = tableFiles()
const engine = await openEngine({ store: { url: 'table:badges', files }, providers: { draw } })
const { status, counts } = await engine.run({ blueprint, inputs: { names: ['Ada', 'Grace', 'Edsger'] } })
const { isClean } = await engine.movie('badges').verify()
console.log(status, counts, isClean ? 'and every checksum is right' : 'but something is damaged')
for await (const { path, sizeBytes } of files.list('')) console.log(String(sizeBytes).padStart(6), path)
await engine.close()
