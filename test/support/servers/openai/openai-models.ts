import { samplePng, sampleWav } from '../sample-media.js'

/** What a charge was for: a model that made something. */
export interface Charge {
  readonly path: string
  readonly model: string
  /** The last text the model was given. */
  readonly prompt: string
}

export interface ChatBody {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: unknown }[]
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema: Schema } }
  readonly max_tokens?: number
  readonly max_completion_tokens?: number
}

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly minItems?: number
}

/** What is said in a prompt between `<` and `>` is the answer, word by word; otherwise the prompt is repeated. */
const ordered = (prompt: string): string | undefined => /<([\s\S]*)>/.exec(prompt)?.[1]

export function lastPrompt(messages: ChatBody['messages']): string {
  const { content } = messages.at(-1)!
  if (typeof content === 'string') return content
  const parts = content as readonly { readonly text?: string }[]
  return parts.map(({ text }) => text ?? '').join('')
}

/** The answer of a chat model. A prompt with `refuse`, `filter` or `cut` in it gets what it says. */
export function chatAnswer(body: ChatBody): object {
  const prompt = lastPrompt(body.messages)
  const schema = body.response_format?.json_schema?.schema
  const text =
    ordered(prompt) ?? (schema === undefined ? `Echo: ${prompt}` : JSON.stringify(sample(schema, prompt)))
  const isCut = prompt.includes('cut')
  const finish = prompt.includes('filter') ? 'content_filter' : isCut ? 'length' : 'stop'
  const refusal = prompt.includes('refuse') ? 'I would rather not.' : null
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: body.model,
    choices: [
      {
        index: 0,
        finish_reason: finish,
        message: { role: 'assistant', content: refusal ? null : isCut ? text.slice(0, 5) : text, refusal },
      },
    ],
    usage: {
      prompt_tokens: 20,
      completion_tokens: 10,
      total_tokens: 30,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 3 },
    },
  }
}

/** A value of a schema, with the prompt in its texts. */
function sample(schema: Schema, prompt: string): unknown {
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, child]) => [
          name,
          sample(child, `${name} of ${prompt}`),
        ]),
      )
    case 'array':
      return Array.from({ length: schema.minItems ?? 2 }, (_, index) =>
        sample(schema.items!, `${prompt} ${index}`),
      )
    case 'number':
    case 'integer':
      return prompt.length
    case 'boolean':
      return true
    default:
      return prompt
  }
}

export function responsesAnswer(body: { model: string; input: ChatBody['messages'] }): object {
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1_700_000_000,
    model: body.model,
    status: 'completed',
    output: [
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: `Echo: ${lastPrompt(body.input)}`, annotations: [] }],
      },
    ],
    usage: { input_tokens: 20, output_tokens: 10, total_tokens: 30 },
  }
}

export function embeddingsAnswer(body: { model: string; input: string | readonly string[] }): object {
  const texts = [body.input].flat()
  return {
    object: 'list',
    model: body.model,
    data: texts.map((text, index) => ({ object: 'embedding', index, embedding: [text.length, index, 0.5] })),
    usage: { prompt_tokens: 2 * texts.length, total_tokens: 2 * texts.length },
  }
}

export function imagesAnswer(count: number): object {
  const image = (index: number) => ({ b64_json: samplePng(index).toString('base64') })
  return {
    created: 1_700_000_000,
    data: Array.from({ length: count }, (_, index) => image(index)),
    usage: { input_tokens: 7, output_tokens: 40, total_tokens: 47 },
  }
}

/** Speech of a text: silence with as many samples as it has letters. */
export const speechAnswer = (text: string): Buffer => sampleWav(text.length)

export function transcriptionAnswer(): object {
  return {
    task: 'transcribe',
    language: 'english',
    duration: 2.5,
    text: 'The fox speaks.',
    segments: [
      {
        id: 0,
        seek: 0,
        start: 0,
        end: 2.5,
        text: 'The fox speaks.',
        tokens: [1],
        temperature: 0,
        avg_logprob: -0.1,
        compression_ratio: 1,
        no_speech_prob: 0,
      },
    ],
  }
}
