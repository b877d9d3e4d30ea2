import type { MistakeBook } from '../../../diagnostics/mistake-book.js'
import type { JsonPath } from '../../../model/json.js'
import type { ListReference, LoopSpec } from '../../blueprint.js'
import type { Bracket, ReferenceSyntax } from '../../reference/reference-syntax.js'
import type { NameTable, OutputOutline, ProducerOutline } from '../name-table.js'
import type { LoopDraft, LoopDrafts } from './compile-loops.js'
import { bindUntil, type UntilDraft } from './compile-until.js'

/** Looks up where each loop has its list from, and which loops around it decide it. */
export function bindLoops(
  book: MistakeBook,
  drafts: LoopDrafts,
  producers: NameTable['producers'],
): ReadonlyMap<string, LoopSpec | undefined> {
  return new LoopBinder(book, drafts, producers).bind()
}

type Bound = Pick<LoopSpec, 'parents' | 'isGrown' | 'until'> & { readonly source: number | ListReference }

class LoopBinder {
  readonly #book: MistakeBook
  readonly #drafts: LoopDrafts
  readonly #producers: NameTable['producers']
  readonly #bound = new Map<string, LoopSpec | undefined>()
  readonly #open = new Set<string>()

  constructor(book: MistakeBook, drafts: LoopDrafts, producers: NameTable['producers']) {
    this.#book = book
    this.#drafts = drafts
    this.#producers = producers
  }

  bind(): ReadonlyMap<string, LoopSpec | undefined> {
    for (const name of this.#drafts.keys()) this.#spec(name)
    // In the order of the file, whatever each depends on.
    return new Map([...this.#drafts.keys()].map(name => [name, this.#bound.get(name)]))
  }

  #spec(name: string): LoopSpec | undefined {
    if (this.#bound.has(name)) return this.#bound.get(name)
    const draft = this.#drafts.get(name)
    this.#open.add(name)
    const bound = draft && this.#source(draft)
    this.#open.delete(name)
    const spec = draft && bound && this.#checked(draft, bound)
    this.#bound.set(name, spec)
    return spec
  }

  #checked({ name, type, key, max, min, expect }: LoopDraft, bound: Bound): LoopSpec | undefined {
    const { source, parents, isGrown, until } = bound
    const base = { name, parents, isGrown, max, min, expect, ...(until && { until }) }
    if (isGrown && max === undefined) {
      const written = typeof source === 'number' ? source : source.source
      this.#book.add(
        ['loops', name],
        `Loop "${name}" is as long as ${written} says, which is made during the run. Say how many elements it may have at most, such as max: 40.`,
        undefined,
        'key',
      )
      return undefined
    }
    if (type === 'count') return { ...base, type, count: source }
    return { ...base, type, over: source as ListReference, ...(key && { key }) }
  }

  #source({ name, type, source, until }: LoopDraft): Bound | undefined {
    if (until !== undefined) return this.#until(name, until)
    if (typeof source === 'number') return { source, parents: [], isGrown: false }
    const { reference, offset } = source
    const fail = (message: string, suggestion?: string): undefined =>
      this.#book.add(['loops', name, type], message, suggestion, offset) as undefined
    switch (reference.type) {
      case 'index':
        return undefined
      case 'input':
        return { source: reference, parents: [], isGrown: false }
      case 'element': {
        const { loop } = reference
        if (!this.#drafts.has(loop)) {
          this.#book.addUnknown(['loops', name, type], 'loop', loop, this.#drafts.keys(), offset)
          return undefined
        }
        const parents = this.#around([loop], fail)
        if (parents === undefined) return undefined
        const parent = this.#bound.get(loop)!
        if (parent.type === 'over') return { source: reference, parents, isGrown: parent.isGrown }
        return fail(`${reference.source}: loop "${loop}" counts, so it has no elements.`)
      }
      case 'artifact':
        return this.#artifact(type, reference, fail)
    }
  }

  /** Made until enough are accepted: one list for each element of the loops around what decides. */
  #until(name: string, draft: UntilDraft): Bound | undefined {
    const fail = (message: string): undefined =>
      this.#book.add(['loops', name, 'until', 'of'], message) as undefined
    const bound = bindUntil(name, draft, this.#producers)
    if (bound === undefined) return undefined
    if ('fault' in bound) return fail(`Loop "${name}": ${bound.fault}.`)
    const parents = this.#around(bound.around, fail)
    return parents && { source: draft.attempts, parents, isGrown: true, until: bound.until }
  }

  /** These loops and those around them, outermost first; undefined after a mistake. */
  #around(loops: readonly string[], fail: (message: string) => undefined): readonly string[] | undefined {
    const all: string[] = []
    for (const loop of loops) {
      if (this.#open.has(loop))
        return fail(`Loop "${loop}" would depend on itself: its list would have to be known before it is.`)
      const spec = this.#spec(loop)
      if (spec === undefined) return undefined
      for (const each of [...spec.parents, loop]) if (!all.includes(each)) all.push(each)
    }
    return all
  }

  #artifact(
    type: LoopSpec['type'],
    syntax: ReferenceSyntax & { readonly type: 'artifact' },
    fail: (message: string, suggestion?: string) => undefined,
  ): Bound | undefined {
    const producer = this.#producers.get(syntax.producer)
    if (producer === undefined)
      return fail(
        `There is no producer "${syntax.producer}". There are: ${[...this.#producers.keys()].join(', ')}.`,
      )
    const output = producer.outputs?.get(syntax.output)
    if (output === undefined) {
      if (producer.outputs === undefined) return undefined
      return fail(
        `${syntax.producer} has no output "${syntax.output}". It has: ${[...producer.outputs.keys()].join(', ')}.`,
      )
    }
    if (producer.loops === undefined || output.loops === undefined || output.type === undefined)
      return undefined
    const fault = selectorFault(syntax, producer, output) ?? typeFault(type, syntax, output)
    if (fault !== undefined) return fail(`${syntax.source}: ${fault}.`)
    const loops = [...producer.loops, ...output.loops]
    const parents = this.#around(loops, fail)
    if (parents === undefined) return undefined
    const select = (loop: string) => ({ type: 'loop', loop, offset: 0 }) as const
    const { brackets, ...rest } = syntax
    const steps = brackets.slice(output.loops.length).flatMap(stepOf)
    return {
      source: {
        ...rest,
        selectors: producer.loops.map(select),
        outputSelectors: output.loops.map(select),
        path: [...steps, ...syntax.path] as JsonPath,
      },
      parents,
      isGrown: true,
    }
  }
}

function stepOf(bracket: Bracket): (string | number)[] {
  if (bracket.type === 'fixed') return [bracket.index]
  return bracket.type === 'key' ? [bracket.key] : []
}

/** Each list is one for each element of the producer's loops, so each of them is named. */
function selectorFault(
  syntax: ReferenceSyntax & { readonly type: 'artifact' },
  producer: ProducerOutline,
  output: OutputOutline,
): string | undefined {
  const jobLoops = producer.loops!
  const outputLoops = output.loops!
  const isSame = (brackets: typeof syntax.brackets, loops: readonly string[]) =>
    brackets.length >= loops.length &&
    loops.every((loop, at) => {
      const bracket = brackets[at]!
      return bracket.type === 'loop' && bracket.loop === loop && bracket.offset === 0
    })
  const isRight =
    syntax.selectors.length === jobLoops.length &&
    isSame(syntax.selectors, jobLoops) &&
    isSame(syntax.brackets, outputLoops)
  const rest = syntax.brackets.slice(outputLoops.length)
  if (isRight && rest.every(({ type }) => type === 'fixed' || type === 'key')) return undefined
  const all = (loops: readonly string[]) => loops.map(loop => `[${loop}]`).join('')
  return `a loop has one list for each job that makes one; write \${${syntax.producer}${all(jobLoops)}.${syntax.output}${all(outputLoops)}}`
}

function typeFault(
  type: LoopSpec['type'],
  { path, brackets }: ReferenceSyntax & { readonly type: 'artifact' },
  output: OutputOutline,
): string | undefined {
  const isPart = path.length > 0 || brackets.length > output.loops!.length
  if (output.type === 'json') return undefined
  if (type === 'count' && output.type === 'number' && !isPart) return undefined
  return type === 'count'
    ? `${output.name} is ${output.type}; count needs a number or a part of json`
    : `${output.name} is ${output.type}; over needs json that is a list`
}
