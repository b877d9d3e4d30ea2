import { expectTypeOf } from 'vitest'
import { defineBlueprint, type InputsOf, type OutputBlob, openEngine } from '../../dist/index.js'

/** Compiled by `npm run check:types`, never run. */

const replies = defineBlueprint({
  name: 'replies',
  inputs: {
    mails: 'table',
    tone: { type: 'text', default: 'kind' },
    length: { type: 'integer', options: [1, 2] },
  },
  loops: { mail: { over: '${inputs.mails}' }, side: { count: 2 } },
  producers: {
    Reply: {
      loop: 'mail',
      provider: 'writer',
      with: { text: '${mail.text}', tone: ['Write ${inputs.tone}', { of: '${index.mail}' }] },
      outputs: { Text: 'text', Score: 'number', Raw: 'json' },
    },
    Facts: {
      loop: ['mail'],
      provider: 'writer',
      config: { schema: { type: 'object', properties: { spam: { type: 'boolean' } } } },
      with: { reply: '${Reply[mail].Text}', other: '${ Reply[mail-1].Raw.words[0]? }' },
      outputs: { Facts: 'json' },
    },
    Card: {
      loop: ['mail', 'side'],
      provider: 'painter',
      when: { value: '${Reply[mail].Score}', greaterThan: 3 },
      outputs: { Image: 'image/png', Parts: { type: 'text', loop: 'side' } },
    },
    Digest: { provider: 'template', with: { texts: '${Reply[*].Text}' }, outputs: { Text: 'text' } },
  },
})

expectTypeOf<InputsOf<typeof replies>>().toEqualTypeOf<
  { readonly mails: readonly object[]; readonly length: 1 | 2 } & { readonly tone?: string | undefined }
>()

const engine = await openEngine()
interface Mail {
  text: string
}
const mails: Mail[] = [{ text: 'Hello' }]
const run = engine.run({ blueprint: replies, inputs: { mails, length: 1 } })
for await (const reply of run.outputs('Reply')) {
  expectTypeOf(reply.Text).toEqualTypeOf<string>()
  expectTypeOf(reply.Score).toEqualTypeOf<number>()
  expectTypeOf(reply.key).toEqualTypeOf<string | number>()
  // @ts-expect-error There is no such output.
  reply.Txet
}
for await (const { Facts } of run.outputs('Facts')) expectTypeOf(Facts.spam).toEqualTypeOf<boolean>()
for await (const card of run.outputs('Card')) {
  expectTypeOf(card.Image).toEqualTypeOf<OutputBlob>()
  expectTypeOf(card.Parts).toEqualTypeOf<readonly string[]>()
  expectTypeOf(card.key).toEqualTypeOf<readonly (string | number)[]>()
}
for await (const made of run) if (made.producer === 'Digest') expectTypeOf(made.Text).toEqualTypeOf<string>()
expectTypeOf((await run).counts.succeeded).toEqualTypeOf<number>()
// @ts-expect-error There is no such producer.
run.outputs('Rpely')
// @ts-expect-error Nobody but the engine tells of a run.
run.emit

// @ts-expect-error mails is missing.
engine.run({ blueprint: replies, inputs: { length: 1 } })
// @ts-expect-error inputs are missing.
engine.plan({ blueprint: replies })
// @ts-expect-error 3 is none of the options.
engine.run({ blueprint: replies, inputs: { mails, length: 3 } })
// @ts-expect-error There is no input mials.
engine.rehearse({ blueprint: replies, inputs: { mails, length: 1, mials: [] } })

const movie = engine.movie(replies)
const reply = await movie.output('Reply', 0)
expectTypeOf(reply?.Text).toEqualTypeOf<string | undefined>()
await movie.output('Digest')
await movie.output('Card', [0, 1], { signal: AbortSignal.timeout(1_000) })
// @ts-expect-error A job of a loop has a key.
movie.output('Reply')
// @ts-expect-error One without a loop has none.
movie.output('Digest', 1)
for await (const row of movie.rows('mail')) {
  expectTypeOf(row.Reply?.Text).toEqualTypeOf<string | undefined>()
  expectTypeOf(row.Card[0]?.Image).toEqualTypeOf<OutputBlob | undefined>()
  expectTypeOf(row.costUsd).toEqualTypeOf<number>()
  // @ts-expect-error It is in no loop.
  row.Digest
}
// @ts-expect-error There is no such loop.
movie.rows('mial')

// What is known only at run time is open.
const file = engine.run({ blueprint: './replies.yaml', inputs: { anything: 1 } })
for await (const made of file.outputs('Whatever')) expectTypeOf(made.Text).toEqualTypeOf<unknown>()
expectTypeOf((await engine.movie('replies').output('Reply', 1))?.Text).toEqualTypeOf<unknown>()

// Without required inputs none need be given.
const fixed = defineBlueprint({
  name: 'fixed',
  inputs: { tone: { type: 'text', default: 'kind' } },
  producers: { Text: { provider: 'template', with: { tone: '${inputs.tone}' }, outputs: { Text: 'text' } } },
})
engine.run({ blueprint: fixed })

const outputs = { Text: 'text' } as const
defineBlueprint({
  name: 'mistakes',
  inputs: { mails: 'table' },
  loops: {
    mail: { over: '${inputs.mails}' },
    // @ts-expect-error There is no input "mials".
    wrong: { over: '${inputs.mials}' },
  },
  producers: {
    A: {
      loop: 'mail',
      provider: 'writer',
      with: {
        // @ts-expect-error There is no input "mials".
        one: 'Mails: ${inputs.mials}',
        // @ts-expect-error There is no loop or producer "male".
        two: ['${mail.text} and ${male.text}'],
        // @ts-expect-error There is no output of B "Txet".
        three: { deep: '${B[mail].Txet}' },
        // @ts-expect-error There is no loop "male".
        four: '${index.male}',
        escaped: '$${inputs.mials}',
      },
      outputs,
    },
    B: {
      // @ts-expect-error There is no loop "male".
      loop: 'male',
      provider: 'writer',
      // @ts-expect-error There is no loop or producer "C".
      when: { value: '${C.Text}', exists: true },
      outputs,
    },
  },
})

const probed = await engine.probe({ blueprint: replies, producer: 'Card', inputs: { mails, length: 1 } })
expectTypeOf(probed.calls).toEqualTypeOf<number>()
await engine.probe({ provider: 'painter', with: { prompt: 'A fox' } })
await engine.probe({ blueprint: 'replies.yaml', producer: 'Card', inputs: { anything: 1 } })
// @ts-expect-error There is no such producer.
await engine.probe({ blueprint: replies, producer: 'Crad', inputs: { mails, length: 1 } })
// @ts-expect-error An input is missing.
await engine.probe({ blueprint: replies, producer: 'Card', inputs: { mails } })
// @ts-expect-error It has another type.
await engine.probe({ blueprint: replies, producer: 'Card', inputs: { mails, length: 'one' } })
