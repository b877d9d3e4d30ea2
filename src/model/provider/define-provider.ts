import { ProviderError } from './failure/provider-error.js'
import type { InputValue, ProduceContext, ProduceRequest, ProduceResult, Provider } from './provider.js'
import type { SchemaIssue, StandardSchema } from './standard-schema.js'

/** A request whose inputs have passed the provider's schema. */
export interface CheckedRequest<Input> extends ProduceRequest {
  /** The inputs as the schema gives them. */
  readonly input: Input
}

/** What `defineProvider()` takes. */
export interface ProviderDefinition<Input> {
  /** A Standard Schema of the inputs, such as `z.object({ text: z.string() })`. @default inputs as they are */
  readonly input?: StandardSchema<Input> | undefined
  /** Mistakes in the settings of a producer, found when a run is planned. */
  readonly check?: Provider['check'] | undefined
  /** Makes the outputs of one job. Throw a {@link ProviderError} to say how a failure is to be treated. */
  produce(request: CheckedRequest<Input>, context: ProduceContext): Promise<ProduceResult> | ProduceResult
}

/**
 * A provider with a schema of what it gets: checked where it runs, right before each call, and inferred here. A job whose
 * inputs do not fit fails as `invalid`, with every mistake named, and nothing is called. Give it to
 * `openEngine({ providers })`, or make it a module's default export.
 *
 * @example
 * export default defineProvider({
 *   input: z.object({ text: z.string() }),
 *   async produce({ input }, { signal }) {
 *     return { outputs: { Text: await reply(input.text, signal) } }
 *   },
 * })
 */
export function defineProvider<Input = Readonly<Record<string, InputValue>>>({
  input: schema,
  check,
  produce,
}: ProviderDefinition<Input>): Provider {
  return {
    ...(check && { check }),
    async produce(request, context) {
      const input = schema === undefined ? (request.inputs as Input) : await checked(schema, request)
      return await produce({ ...request, input }, context)
    },
  }
}

async function checked<Input>(schema: StandardSchema<Input>, { inputs }: ProduceRequest): Promise<Input> {
  const result = await schema['~standard'].validate(inputs)
  if (result.issues === undefined) return result.value
  const mistakes = result.issues.map(issue => `${placeOf(issue)}: ${issue.message}`)
  throw new ProviderError('invalid', `The inputs do not fit the provider. ${mistakes.join('; ')}`)
}

function placeOf({ path = [] }: SchemaIssue): string {
  const keys = path.map(part => String(typeof part === 'object' ? part.key : part))
  return keys.length === 0 ? 'inputs' : keys.join('.')
}
