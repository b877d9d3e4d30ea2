import { z } from 'zod'
import type { JsonValue } from '../../model/json.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { OutputRequest, OutputValue, ProduceRequest } from '../../model/provider/provider.js'
import type { SettingsMistake, SettingsRequest } from '../../model/provider/settings-check.js'
import { configuredProvider } from '../kit/configured-provider.js'
import { jsonValue } from '../kit/json-value.js'
import { renderJson, renderTemplate, type TemplateView } from '../kit/template/render-template.js'
import { templatesIn } from '../kit/template/template-names.js'
import { viewOf } from '../kit/template/template-view.js'
import { textOutput } from '../kit/text-output.js'

const configSchema = z.strictObject({
  /** Text of the only output. */
  template: z.string().optional(),
  /** Value of the only output, a `json` one. */
  json: jsonValue.optional(),
  /** By output name: a text, or JSON for a `json` output. */
  outputs: z.record(z.string(), jsonValue).optional(),
})

/**
 * Makes text and JSON from the inputs, by Mustache. An output without a template takes the input of its name
 * (`Title` takes `title`). An output spread over a loop renders its template once an element, with `index`
 * (from 0) and `number` (from 1) beside the inputs.
 */
const template = configuredProvider('template', configSchema, {
  look: {
    templates: templatesOfConfig,
    byOutput: ({ outputs }) => ({ outputs }),
    more: untold,
  },
  async produce(config, request, context) {
    const templates = templatesOf(config, request.outputs)
    const view = await viewOf(request, context)
    const outputs: Record<string, OutputValue> = {}
    for (const [name, output] of Object.entries(request.outputs)) {
      outputs[name] = Object.hasOwn(templates, name)
        ? renderOutput(name, output, templates[name]!, view)
        : sameNamedInput(name, view)
    }
    return { outputs }
  },
})
export default template

type TemplateConfig = z.infer<typeof configSchema>

function templatesOfConfig({ template, json, outputs = {} }: TemplateConfig, request: SettingsRequest) {
  const more = (names: readonly string[]) =>
    names.some(name => request.outputs[name]?.isList) ? ['index', 'number'] : []
  const all = more(Object.keys(request.outputs))
  return [
    ...templatesIn(template, ['template'], all),
    ...templatesIn(json, ['json'], all),
    ...Object.entries(outputs).flatMap(([name, content]) =>
      templatesIn(content, ['outputs', name], more([name])),
    ),
  ]
}

/** Outputs that nothing makes. */
function untold(
  { template, json, outputs = {} }: TemplateConfig,
  request: SettingsRequest,
): SettingsMistake[] {
  if (template !== undefined || json !== undefined) return []
  return Object.keys(request.outputs)
    .filter(name => !Object.hasOwn(outputs, name) && !request.inputs.includes(inputNameOf(name)))
    .map(name => ({ path: [], message: noTemplate(name) }))
}

const inputNameOf = (output: string): string => output.charAt(0).toLowerCase() + output.slice(1)
const noTemplate = (output: string): string =>
  `Output "${output}" has neither a template in config nor an input "${inputNameOf(output)}" to take.`

/** Templates by output name, however they are given. */
function templatesOf(
  given: TemplateConfig,
  outputs: ProduceRequest['outputs'],
): Readonly<Record<string, JsonValue>> {
  const names = Object.keys(outputs)
  const single = given.template ?? given.json
  if (single === undefined) return checkedNames(given.outputs ?? {}, names)
  if (names.length > 1 || Object.keys(given).length > 1) {
    throw invalid(
      `config.template or config.json alone is for a single output; for ${names.join(', ')} use config.outputs.`,
    )
  }
  const [name] = names
  if (given.template !== undefined && outputs[name!]!.type === 'json') {
    throw invalid(`output "${name}" is json: give config.json in place of config.template.`)
  }
  return { [name!]: single }
}

function checkedNames(templates: Record<string, JsonValue>, names: readonly string[]) {
  const unknown = Object.keys(templates).find(name => !names.includes(name))
  if (unknown === undefined) return templates
  throw invalid(`config.outputs.${unknown} is not an output of this producer, which has ${names.join(', ')}.`)
}

function renderOutput(
  name: string,
  { type, count }: OutputRequest,
  content: JsonValue,
  view: TemplateView,
): OutputValue {
  const render = (itsView: TemplateView): JsonValue =>
    type === 'json'
      ? renderJson(content, itsView)
      : textOutput(name, type, renderTemplate(textOf(name, content), itsView, type))
  if (count === undefined) return render(view)
  return Array.from({ length: count }, (_, index) => render({ ...view, index, number: index + 1 }))
}

function textOf(name: string, content: JsonValue): string {
  if (typeof content === 'string') return content
  throw invalid(`the template of output "${name}" must be a text.`)
}

function sameNamedInput(output: string, view: TemplateView): OutputValue {
  const input = inputNameOf(output)
  if (Object.hasOwn(view, input)) return view[input] as OutputValue
  throw invalid(noTemplate(output))
}

const invalid = (problem: string) => new ProviderError('invalid', `Provider template: ${problem}`)
