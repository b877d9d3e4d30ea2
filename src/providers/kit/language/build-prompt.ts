import { isBlobRef } from '../../../model/blob-ref.js'
import { isJsonObject } from '../../../model/json.js'
import { isTextMime } from '../../../model/media/mime-type.js'
import type { BlobRef } from '../../../model/movie/event.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { ProduceContext, ProduceRequest } from '../../../model/provider/provider.js'
import { renderTemplate, type TemplateView } from '../template/render-template.js'
import { namesIn } from '../template/template-names.js'
import { FEEDBACK_NAME, viewOf } from '../template/template-view.js'
import { feedbackMessages } from './feedback-messages.js'
import type { PromptConfig } from './prompt-fields.js'
import type { PromptMessage, PromptPart } from './prompt-message.js'
import { checkPromptNames } from './prompt-names.js'

/** What a language model is given, for any service. */
export interface Prompt {
  readonly system: string | undefined
  readonly messages: readonly PromptMessage[]
}

/**
 * The prompt of a job: `prompt`, `system` and `messages` of the config as Mustache templates over the inputs,
 * or else the inputs of these names. Blobs among the other inputs go with the last message of the user; those
 * of a text type appear in the templates as their text.
 * @throws ProviderError `invalid` when there is nothing to ask
 */
export async function buildPrompt(
  config: PromptConfig,
  request: ProduceRequest,
  context: ProduceContext,
): Promise<Prompt> {
  const view = await viewOf(request, context)
  checkTemplates(config, view, context)
  const systems: string[] = []
  const system = textOf('system', config, view)
  if (system !== undefined) systems.push(system)
  const messages: { role: 'user' | 'assistant'; parts: PromptPart[] }[] = []
  for (const { role, content } of messagesOf(config, view)) {
    if (role === 'system') systems.push(String(content))
    else messages.push({ role, parts: await partsOf(content, context) })
  }
  const prompt = textOf('prompt', config, view)
  const files = await Promise.all(attachedBlobs(config, request).map(blob => filePart(blob, context)))
  if (prompt !== undefined) messages.push({ role: 'user', parts: [{ type: 'text', text: prompt }] })
  else if (messages.length === 0 && files.length > 0) messages.push({ role: 'user', parts: [] })
  const last = messages.findLast(({ role }) => role === 'user')
  if (last === undefined) {
    throw new ProviderError(
      'invalid',
      'There is nothing to ask: give config.prompt or config.messages, or an input "prompt" or "messages".',
    )
  }
  last.parts.push(...files)
  if (!asksByItself(config)) messages.push(...(await feedbackMessages(context)).map(ownParts))
  return { system: systems.length === 0 ? undefined : systems.join('\n\n'), messages }
}

const ownParts = ({ role, parts }: PromptMessage) => ({ role, parts: [...parts] })

/** A prompt that names `feedback` says by itself what was wrong. */
const asksByItself = ({ prompt, system, messages = [] }: PromptConfig): boolean =>
  [prompt, system, ...messages.map(({ content }) => content)].some(template => {
    const names = template === undefined ? [] : namesIn(template)
    return typeof names !== 'string' && names.includes(FEEDBACK_NAME)
  })

/** The prompt of a task that takes one text. @throws ProviderError `invalid` when there is none */
export async function promptText(
  config: PromptConfig,
  request: ProduceRequest,
  context: ProduceContext,
): Promise<string> {
  const view = await viewOf(request, context)
  checkTemplates(config, view, context)
  const text = textOf('prompt', config, view)
  if (text !== undefined) return text
  throw new ProviderError('invalid', 'There is no prompt: give config.prompt, or an input "prompt".')
}

function checkTemplates(
  { prompt, system, messages }: PromptConfig,
  view: TemplateView,
  context: ProduceContext,
) {
  const contents = messages?.map(({ content }) => content).join('\n')
  for (const [field, template] of Object.entries({ prompt, system, messages: contents }))
    if (template !== undefined) checkPromptNames(field, template, view, context)
}

function textOf(field: 'prompt' | 'system', config: PromptConfig, view: TemplateView): string | undefined {
  const template = config[field]
  if (template !== undefined) return renderTemplate(template, view)
  const input = Object.hasOwn(view, field) ? view[field] : undefined
  if (input === undefined || input === null || isBlobRef(input)) return undefined
  return typeof input === 'string' ? input : JSON.stringify(input)
}

interface GivenMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: unknown
}

function messagesOf(config: PromptConfig, view: TemplateView): readonly GivenMessage[] {
  if (config.messages !== undefined) {
    return config.messages.map(({ role, content }) => ({ role, content: renderTemplate(content, view) }))
  }
  const given = Object.hasOwn(view, 'messages') ? view.messages : undefined
  if (given === undefined) return []
  if (Array.isArray(given) && given.every(isMessage)) return given
  throw wrongMessages()
}

const isMessage = (value: unknown): value is GivenMessage =>
  isJsonObject(value) && ['system', 'user', 'assistant'].includes(String(value.role)) && 'content' in value

const wrongMessages = () =>
  new ProviderError(
    'invalid',
    'The input "messages" must be a list of { role: system | user | assistant, content }, where content is a text or a list of texts and blobs.',
  )

async function partsOf(content: unknown, context: ProduceContext): Promise<PromptPart[]> {
  const items = Array.isArray(content) ? content : [content]
  return await Promise.all(
    items.map(async (item): Promise<PromptPart> => {
      if (typeof item === 'string') return { type: 'text', text: item }
      if (isBlobRef(item)) return await filePart(item, context)
      if (isJsonObject(item) && typeof item.text === 'string') return { type: 'text', text: item.text }
      throw wrongMessages()
    }),
  )
}

async function filePart(blob: BlobRef, context: ProduceContext): Promise<PromptPart> {
  return { type: 'file', bytes: await context.read(blob), mimeType: blob.mimeType }
}

/** Blobs of the inputs that are no text, in the order of the inputs. */
export function attachedBlobs({ attach }: PromptConfig, { inputs }: ProduceRequest): BlobRef[] {
  const missing = attach?.find(name => !Object.hasOwn(inputs, name))
  if (missing !== undefined) {
    const names = Object.keys(inputs).join(', ')
    throw new ProviderError('invalid', `config.attach names "${missing}", but the inputs are ${names}.`)
  }
  const names = attach ?? Object.keys(inputs).filter(name => name !== 'messages')
  return names.flatMap(name => blobsIn(inputs[name])).filter(({ mimeType }) => !isTextMime(mimeType))
}

function blobsIn(value: unknown): BlobRef[] {
  if (typeof value !== 'object' || value === null) return []
  if (isBlobRef(value)) return [value]
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(blobsIn)
}
