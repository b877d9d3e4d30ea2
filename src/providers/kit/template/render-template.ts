import Mustache from 'mustache'
import type { JsonValue } from '../../../model/json.js'
import { mimeEssence } from '../../../model/media/mime-type.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'

/** What a template sees: inputs by name. */
export type TemplateView = Readonly<Record<string, unknown>>

const EXACT_REFERENCE = /^\{\{\{?\s*([\w$.-]+)\s*\}?\}\}$/
const MARKUP = /^text\/html$|^application\/xml$|^text\/xml$|\+xml$/

/** Renders Mustache; lists and objects appear as JSON. Values are escaped only in HTML and XML. */
export function renderTemplate(template: string, view: TemplateView, outputType = 'text'): string {
  const isMarkup = MARKUP.test(mimeEssence(outputType))
  return render(template, view, isMarkup ? value => Mustache.escape(plainText(value)) : plainText)
}

/** Stands for a dot of a value while a URL is rendered; from a part of Unicode that no text uses. */
const VALUE_DOT = '\u{10FFFD}'
const DOT = /\.|%2e/gi

/**
 * Renders a URL: values are percent-encoded, so that one cannot become another path; `{{{base}}}` is taken as it is.
 * @throws ProviderError `invalid` when values make a `.` or `..` of a step, which no encoding hides from a URL parser
 */
export function renderUrl(template: string, view: TemplateView): string {
  const rendered = render(
    template,
    view,
    value => encodeURIComponent(plainText(value)).replace(DOT, VALUE_DOT),
    urlWriter,
  )
  const [path = ''] = rendered.split(/[?#]/, 1)
  // A URL parser takes a backslash for a slash.
  const climbing = path.split(/[/\\]/).find(step => step.includes(VALUE_DOT) && isDots(step))
  if (climbing === undefined) return rendered.replaceAll(VALUE_DOT, '.')
  throw new ProviderError(
    'invalid',
    `A value makes a step "${climbing.replaceAll(VALUE_DOT, '.')}" of the address ${template}, which would lead to another one.`,
  )
}

const isDots = (step: string): boolean => /^(\.|%2e){1,2}$/i.test(step.replaceAll(VALUE_DOT, '.'))

/** Mustache, but `{{{name}}}` of a list or an object is its JSON, as `{{name}}` is. */
class JsonWriter extends Mustache.Writer {
  override unescapedValue(token: string[], context: Mustache.Context): string {
    const value: unknown = context.lookup(token[1]!)
    return value === undefined || value === null ? '' : plainText(value)
  }
}

/** For URLs: dots of values are told apart, also of those that are taken as they are. */
class UrlWriter extends JsonWriter {
  override unescapedValue(token: string[], context: Mustache.Context): string {
    return super.unescapedValue(token, context).replace(DOT, VALUE_DOT)
  }
}

const jsonWriter = new JsonWriter()
const urlWriter = new UrlWriter()

function render(
  template: string,
  view: TemplateView,
  escaped: (value: unknown) => string,
  writer: JsonWriter = jsonWriter,
): string {
  try {
    return writer.render(template, view, undefined, { escape: escaped })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ProviderError('invalid', `A Mustache template cannot be rendered: ${reason}`, { cause })
  }
}

/**
 * Renders every string in a JSON value. A string that is exactly one `{{name}}` becomes the value itself, so
 * that a number stays a number and a list a list.
 */
export function renderJson(template: JsonValue, view: TemplateView): JsonValue {
  if (typeof template === 'string') {
    const name = EXACT_REFERENCE.exec(template)?.[1]
    const value = name === undefined ? undefined : lookUp(view, name.split('.'))
    return value === undefined ? renderTemplate(template, view) : value
  }
  if (Array.isArray(template)) return template.map(item => renderJson(item, view))
  if (typeof template !== 'object' || template === null) return template
  return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, renderJson(item, view)]))
}

function lookUp(view: TemplateView, path: readonly string[]): JsonValue | undefined {
  let value: unknown = view
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string, unknown>)[step]
  }
  return value as JsonValue | undefined
}

const plainText = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
