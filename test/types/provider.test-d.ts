import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { defineProvider, type InputValue, openEngine, type Provider } from '../../dist/index.js'
import { defineProvider as ofModule } from '../../dist/provider.js'

const writer = defineProvider({
  input: z.object({ text: z.string(), length: z.coerce.number() }),
  produce({ input, inputs, movieId }, { signal, idempotencyKey }) {
    expectTypeOf(input).toEqualTypeOf<{ text: string; length: number }>()
    expectTypeOf(inputs).toEqualTypeOf<Readonly<Record<string, InputValue>>>()
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
    return { outputs: { Text: `${input.text} ${movieId} ${idempotencyKey}` } }
  },
})
expectTypeOf(writer).toExtend<Provider>()
await openEngine({ providers: { writer } })

ofModule({
  produce({ input }) {
    expectTypeOf(input).toEqualTypeOf<Readonly<Record<string, InputValue>>>()
    return { outputs: {} }
  },
})

defineProvider({
  input: z.object({ text: z.string() }),
  produce({ input }) {
    // @ts-expect-error The schema has no such input.
    input.txet
    return { outputs: {} }
  },
})
