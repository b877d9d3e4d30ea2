import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import type { Path } from '../../diagnostics/place.js'
import { checkKeys, readKey, readMapping } from '../../diagnostics/read-shape.js'
import { TIMER_LIMIT_MS } from '../../model/clock.js'
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.js'
import type { OutputSpec, ProducerSpec, RetrySpec, Template } from '../blueprint.js'
import { DEFAULT_ATTEMPTS, RETRY_BASE_DELAY_MS, RETRY_MAX_DELAY_MS } from '../blueprint-limits.js'
import { producerSchema, retrySchema } from '../blueprint-schema.js'
import { durationMs } from '../duration.js'
import { checkName } from './check-name.js'
import { ReferenceChecker } from './check-reference.js'
import { compileCondition } from './compile-condition.js'
import { compileConfig, literalText, TemplateCompiler } from './compile-template.js'
import type { Dependency } from './find-cycles.js'
import type { NameTable, OutputOutline } from './name-table.js'
import { checkValueCompiler } from './quality/check-value-compiler.js'
import { compileCheck } from './quality/compile-check.js'
import { compileReview } from './quality/compile-review.js'
import { compileTargets } from './quality/compile-targets.js'

/**
 * One producer; its loops and outputs are in the table already. Its references to artifacts are added to
 * `dependencies`. Worth something only when the book is still empty afterwards.
 */
export function compileProducer(
  book: MistakeBook,
  names: NameTable,
  name: string,
  mapping: JsonObject,
  dependencies: Dependency[],
): ProducerSpec {
  const path = ['producers', name]
  checkKeys(book, mapping, path, producerSchema.shape)
  const { loops, outputs } = names.producers.get(name)!
  const checker = new ReferenceChecker(book, names, { name, loops }, dependencies)
  const templates = new TemplateCompiler(book, checker)
  const { shape } = producerSchema
  const literal = (text: string, at: Path, what: string) => literalText(book, text, at, what)
  const version = readKey(book, mapping, path, 'version', shape.version)
  const config = mapping.config === undefined ? {} : readMapping(book, mapping.config, [...path, 'config'])
  const types = new Map([...(outputs ?? [])].map(([output, { type }]) => [output, type]))
  const inputs = isJsonObject(mapping.with) ? Object.keys(mapping.with) : []
  const checkValues = checkValueCompiler(book, { outputs: types, inputs })
  return {
    name,
    description: readKey(book, mapping, path, 'description', shape.description),
    ...compileTargets(book, mapping, path, literal),
    version: version === undefined ? undefined : literal(String(version), [...path, 'version'], 'version'),
    config: compileConfig(book, config ?? {}, [...path, 'config']),
    loops: loops ?? [],
    with: compileWith(book, mapping.with, [...path, 'with'], templates),
    when:
      mapping.when === undefined
        ? undefined
        : compileCondition(book, mapping.when, [...path, 'when'], (...test) => templates.compile(...test)),
    check:
      mapping.check === undefined
        ? undefined
        : compileCheck(book, mapping.check, [...path, 'check'], types, checkValues),
    review: compileReview(
      book,
      mapping.review,
      [...path, 'review'],
      [...(outputs?.keys() ?? [])],
      (value, at) => {
        // It waits for what it reads, and what it reads may wait for this producer: that is no circle.
        const reviewChecker = new ReferenceChecker(book, names, { name, loops }, [])
        const reviewTemplates = new TemplateCompiler(book, reviewChecker)
        return compileCondition(book, value, at, (...test) => reviewTemplates.compile(...test))
      },
    ),
    outputs: new Map([...(outputs ?? [])].map(([output, outline]) => [output, specOf(outline)])),
    reuse: readKey(book, mapping, path, 'reuse', shape.reuse) ?? true,
    retry: compileRetry(book, mapping.retry, [...path, 'retry']),
    priority: readKey(book, mapping, path, 'priority', shape.priority) ?? 1,
    timeoutMs: readDuration(book, mapping, path, 'timeout', shape.timeout),
  }
}

const specOf = ({ name, type = '', loops = [] }: OutputOutline): OutputSpec => ({ name, type, loops })

function compileWith(
  book: MistakeBook,
  section: JsonValue | undefined,
  path: Path,
  templates: TemplateCompiler,
): Map<string, Template> {
  const mapping = section === undefined ? {} : readMapping(book, section, path)
  return new Map(
    Object.entries(mapping ?? {}).map(([key, value]) => {
      checkName(book, 'with', [...path, key])
      return [key, templates.compile(value, [...path, key], 'value')]
    }),
  )
}

function compileRetry(book: MistakeBook, section: JsonValue | undefined, path: Path): RetrySpec {
  const mapping = (section === undefined ? {} : readMapping(book, section, path)) ?? {}
  const { shape } = retrySchema
  checkKeys(book, mapping, path, shape)
  const baseDelayMs = readDuration(book, mapping, path, 'baseDelay', shape.baseDelay) ?? RETRY_BASE_DELAY_MS
  const maxDelayMs =
    readDuration(book, mapping, path, 'maxDelay', shape.maxDelay) ?? Math.max(RETRY_MAX_DELAY_MS, baseDelayMs)
  if (maxDelayMs < baseDelayMs)
    book.add(
      [...path, 'maxDelay'],
      `maxDelay (${maxDelayMs} ms) is shorter than baseDelay (${baseDelayMs} ms).`,
    )
  return {
    attempts: readKey(book, mapping, path, 'attempts', shape.attempts) ?? DEFAULT_ATTEMPTS,
    baseDelayMs,
    maxDelayMs,
  }
}

function readDuration(
  book: MistakeBook,
  mapping: JsonObject,
  path: Path,
  key: string,
  schema: typeof producerSchema.shape.timeout,
): number | undefined {
  const at = [...path, key]
  const value = mapping[key]
  if (typeof value === 'number') {
    book.add(at, `${key} is ${value} of what? A time is written with its unit: ms, s, m or h.`, `${value}s`)
    return undefined
  }
  const text = readKey(book, mapping, path, key, schema)
  if (text === undefined) return undefined
  const ms = durationMs(text)
  if (ms >= 1 && ms <= TIMER_LIMIT_MS) return ms
  book.add(at, `Expected a time from 1ms to ${Math.floor(TIMER_LIMIT_MS / 3_600_000)}h, got ${text}.`)
  return undefined
}
