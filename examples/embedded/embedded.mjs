// The engine inside a program of your own: node examples/embedded/embedded.mjs
import { defineBlueprint, inline, openEngine } from 'showrunner'

const blueprint = defineBlueprint({
  name: 'replies',
  inputs: { reviews: { type: 'table' } },
  loops: { review: { over: '${inputs.reviews}' } },
  producers: {
    Mood: {
      loop: 'review',
      provider: 'mood',
      with: { text: '${review.text}' },
      outputs: { Verdict: 'json' },
    },
    Apology: {
      loop: 'review',
      provider: 'template',
      when: { value: '${Mood[review].Verdict.isHappy}', is: false },
      with: { name: '${review.name}', word: '${Mood[review].Verdict.word}' },
      config: { template: 'Dear {{name}}, we are sorry that you found it {{word}}.' },
      outputs: { Letter: 'text' },
    },
    Mailing: {
      provider: 'template',
      with: { letters: '${Apology[*].Letter}' },
      config: { template: '{{#letters}}- {{{.}}}\n{{/letters}}' },
      outputs: { Text: 'text' },
    },
  },
})

const COMPLAINTS = ['slow', 'broken', 'cold']

// Any function can be a provider. This one runs in your own thread and may use your program's objects: put the
// call to your model here. Pass `context.signal` on, and `context.idempotencyKey` where the service takes one.
const mood = inline(async ({ inputs }) => {
  const text = String(inputs.text)
  const word = COMPLAINTS.find(complaint => text.includes(complaint)) ?? ''
  return { outputs: { Verdict: { isHappy: word === '', word } }, costUsd: 0.001 }
})

const engine = await openEngine({ store: 'memory:', providers: { mood }, concurrency: 100 })
const run = engine.run({
  blueprint,
  inputs: {
    reviews: [
      { name: 'Ada', text: 'It works, and it is fast.' },
      { name: 'Grace', text: 'The soup was cold.' },
      { name: 'Edsger', text: 'Elegant, but slow.' },
    ],
  },
})
run.on('job', update => console.log(update.state.padEnd(9), update.jobId))

const { status, counts, costUsd } = await run
console.log(status, counts, `$${costUsd.toFixed(3)}`)
const mailing = await engine.movie(blueprint).output('Mailing')
console.log(`\n${mailing?.Text}`)
await engine.close()
