import type { MistakeBook } from '../../../diagnostics/mistake-book.js'
import type { Path } from '../../../diagnostics/place.js'
import { readShape } from '../../../diagnostics/read-shape.js'
import { TEST_OPERATORS } from '../../../model/condition/condition.js'
import type { JsonObject } from '../../../model/json.js'
import type { InputReference, UntilSpec } from '../../blueprint.js'
import { PLAN_JOB_LIMIT } from '../../blueprint-limits.js'
import { untilSchema } from '../../loop-schema.js'
import type { OutputOutline, ProducerOutline } from '../name-table.js'

/** An `until` before the names are looked up that its `of` has. */
export type UntilDraft = Omit<UntilSpec, 'producer' | 'output'> & { readonly of: string }

/** Keys of a loop that say how long it is, or what its elements are, and mean nothing beside `until`. */
const OTHERS = ['count', 'over', 'key', 'max', 'min']

/** @param readAccepted reads the one reference to an input that `accepted` may be */
export function compileUntil(
  book: MistakeBook,
  loop: string,
  mapping: JsonObject,
  readAccepted: (path: Path, text: string) => InputReference | undefined,
): UntilDraft | undefined {
  const path = ['loops', loop, 'until']
  for (const key of OTHERS)
    if (mapping[key] !== undefined)
      book.add(
        ['loops', loop, key],
        `A loop with until has no ${key}: it is as long as it takes, and until.attempts is the most.`,
        undefined,
        'key',
      )
  const {
    accepted: given,
    attempts,
    of,
    ...operands
  } = readShape(book, mapping.until, path, untilSchema.shape)
  const tests = TEST_OPERATORS.flatMap(operator => {
    const operand = (operands as JsonObject)[operator]
    return operand === undefined ? [] : [{ operator, operand }]
  })
  const accepted = typeof given === 'string' ? readAccepted([...path, 'accepted'], given) : given
  if (accepted === undefined || attempts === undefined || of === undefined) return undefined
  if (attempts > PLAN_JOB_LIMIT)
    book.add([...path, 'attempts'], `attempts is ${attempts}; a plan has at most ${PLAN_JOB_LIMIT} jobs.`)
  if (typeof accepted === 'number' && accepted > attempts)
    book.add([...path, 'accepted'], `${accepted} cannot be accepted of ${attempts} attempts.`)
  return { accepted, attempts, of, tests }
}

/** What decides, looked up; or what is wrong with it. */
export type BoundUntil =
  | { readonly until: UntilSpec; readonly around: readonly string[] }
  | { readonly fault: string }
  /** Was reported elsewhere. */
  | undefined

export function bindUntil(
  loop: string,
  { of, ...draft }: UntilDraft,
  producers: ReadonlyMap<string, ProducerOutline>,
): BoundUntil {
  const [name = '', outputName, ...more] = of.split('.')
  const producer = producers.get(name)
  if (more.length > 0 || (producer === undefined && of.includes('$')))
    return {
      fault: `of is a producer in the loop, such as Keep, or one of its outputs, such as Judge.Good; got ${of}`,
    }
  if (producer === undefined)
    return { fault: `there is no producer "${name}". There are: ${[...producers.keys()].join(', ')}` }
  const { loops, outputs } = producer
  if (loops === undefined || outputs === undefined) return undefined
  const at = loops.indexOf(loop)
  if (at === -1) return { fault: `${name} does not run in loop "${loop}". Add "loop: ${loop}" to it` }
  if (at < loops.length - 1)
    return {
      fault: `${name} runs in ${loops.slice(at + 1).join(', ')} as well, inside of "${loop}", so an element has several jobs of it; name a producer with one`,
    }
  const output = outputName === undefined ? undefined : outputs.get(outputName)
  const fault = outputFault(name, outputName, output, outputs, draft)
  if (fault !== undefined) return { fault }
  const isPlain = output !== undefined && draft.tests.length === 0
  return {
    until: {
      ...draft,
      tests: isPlain ? [{ operator: 'is', operand: true }] : draft.tests,
      producer: name,
      output: outputName,
    },
    around: loops.slice(0, at),
  }
}

function outputFault(
  producer: string,
  name: string | undefined,
  output: OutputOutline | undefined,
  outputs: ReadonlyMap<string, OutputOutline>,
  { tests }: Pick<UntilSpec, 'tests'>,
): string | undefined {
  if (name === undefined) {
    if (tests.length > 0)
      return `${tests[0]!.operator} compares an output; name it after the producer, such as ${producer}.${[...outputs.keys()][0]}`
    const [only, ...others] = outputs.values()
    if (only?.type !== 'boolean' || others.length > 0) return undefined
    return `a job of ${producer} succeeds whatever its boolean says; write ${producer}.${only.name}`
  }
  if (output === undefined)
    return `${producer} has no output "${name}". It has: ${[...outputs.keys()].join(', ')}`
  if (output.type === undefined || output.loops === undefined) return undefined
  if (output.loops.length > 0)
    return `${name} is spread over ${output.loops.join(', ')}, so it is no single value`
  if (output.type === 'boolean')
    return tests.every(({ operator }) => operator === 'is')
      ? undefined
      : `${name} is boolean; compare it with is`
  if (output.type !== 'number') return `${name} is ${output.type}; it must be a boolean or a number`
  return tests.length > 0 ? undefined : `${name} is a number; say what it must be, such as atLeast: 0.8`
}
