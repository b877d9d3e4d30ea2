import type { LoopSpec } from '../blueprint.js'
import type { Bracket, ReferenceSyntax } from '../reference/reference-syntax.js'
import type { Selector } from '../reference/selector.js'

export interface SelectorContext {
  /** The producer that reads. */
  readonly consumer: { readonly name: string; readonly loops: readonly string[] }
  readonly loops: ReadonlyMap<string, LoopSpec | undefined>
  readonly isOptional: boolean
  /** Some selector of the reference is `[*]`: what is out of range makes the list empty. */
  readonly isFanIn: boolean
  /** Of the producer, where those of its output are checked. */
  readonly outer?: { readonly brackets: readonly Bracket[]; readonly loops: readonly string[] }
}

export interface CheckedSelectors {
  readonly selectors: readonly Selector[]
  readonly faults: readonly string[]
  /** There are more or fewer than loops. */
  readonly isMiscounted: boolean
}

/** Checks the selectors after one name against its loops, position by position. */
export function checkSelectors(
  what: string,
  brackets: readonly Bracket[],
  loops: readonly string[],
  context: SelectorContext,
): CheckedSelectors {
  const isMiscounted = brackets.length !== loops.length
  if (isMiscounted) {
    const fault =
      loops.length === 0
        ? `${what} has no loop, so no brackets follow it`
        : `${what} is looped over ${loops.join(', ')} and needs ${loops.length} selector${loops.length === 1 ? '' : 's'}, got ${brackets.length}`
    return { selectors: [], faults: [fault], isMiscounted }
  }
  const selectors = brackets.filter(bracket => bracket.type !== 'key')
  const faults = brackets.flatMap(
    (bracket, at) =>
      selectorFault(bracket, loops[at]!, context) ??
      rangeFault(bracket, loops[at]!, brackets, loops, context) ??
      [],
  )
  return { selectors, faults, isMiscounted }
}

function selectorFault(bracket: Bracket, loop: string, context: SelectorContext): string | undefined {
  const spec = context.loops.get(loop)
  if (
    spec?.until !== undefined &&
    (bracket.type === 'fixed' || (bracket.type === 'loop' && bracket.offset > 0))
  )
    return `${writeSelector(bracket)} may be tried or not: loop "${loop}" goes on until enough is accepted; write [*] for all that is accepted`
  const count = spec?.type === 'count' && typeof spec.count === 'number' ? spec.count : undefined
  switch (bracket.type) {
    case 'all':
      return undefined
    case 'key':
      return `["${bracket.key}"] cannot select from loop "${loop}"; write [${loop}], a number from 0, or [*]`
    case 'fixed':
      return count !== undefined && bracket.index >= count
        ? `[${bracket.index}] is after the end: loop "${loop}" counts to ${count}, and the first is [0]`
        : undefined
    case 'loop':
      return loopFault(bracket, loop, count, context)
  }
}

function loopFault(
  selector: Bracket & { type: 'loop' },
  loop: string,
  count: number | undefined,
  { consumer, loops, isOptional, isFanIn }: SelectorContext,
): string | undefined {
  const written = writeSelector(selector)
  if (selector.loop !== loop) {
    const known = loops.has(selector.loop) ? '' : `, and there is no loop "${selector.loop}"`
    return `${written} stands where loop "${loop}" belongs${known}; write [${consumer.loops.includes(loop) ? loop : '*'}]`
  }
  if (!consumer.loops.includes(loop))
    return `${consumer.name} does not run in loop "${loop}", so ${written} says nothing; write [*] for all, a number from 0, or add "loop: ${loop}" to ${consumer.name}`
  if (selector.offset === 0) return undefined
  if (count !== undefined && count > 0 && Math.abs(selector.offset) >= count)
    return `${written} is out of range for every ${loop}: the loop counts to ${count}`
  if (isOptional || isFanIn) return undefined
  return `${written} does not exist for the ${selector.offset < 0 ? 'first' : 'last'} ${loop}; write "?" before the closing brace where it may be absent`
}

/** Where lists differ in length, an index that one has may be missing in another. */
function rangeFault(
  bracket: Bracket,
  loop: string,
  brackets: readonly Bracket[],
  loops: readonly string[],
  context: SelectorContext,
): string | undefined {
  const spec = context.loops.get(loop)
  if (spec === undefined || context.isOptional || context.isFanIn) return undefined
  if (bracket.type === 'fixed') {
    const varies = spec.isGrown || spec.parents.length > 0
    if (!varies || bracket.index < (spec.min ?? 0)) return undefined
    return `a list of loop "${loop}" may be shorter than [${bracket.index}] needs; write "?" before the closing brace, or give the loop a min of ${bracket.index + 1}`
  }
  if (bracket.type !== 'loop' || bracket.offset !== 0) return undefined
  const { outer = { brackets: [], loops: [] } } = context
  const isOwn = spec.parents.every(parent => {
    const around = brackets[loops.indexOf(parent)] ?? outer.brackets[outer.loops.indexOf(parent)]
    return around === undefined || (around.type === 'loop' && around.offset === 0)
  })
  if (isOwn) return undefined
  return `${writeSelector(bracket)} may be missing there, since loop "${loop}" has a list of its own for each ${spec.parents.join(', ')}; write "?" before the closing brace`
}

/** `[page-1]` */
function writeSelector(selector: Bracket): string {
  switch (selector.type) {
    case 'all':
      return '[*]'
    case 'fixed':
      return `[${selector.index}]`
    case 'key':
      return `[${JSON.stringify(selector.key)}]`
    case 'loop':
      return `[${selector.loop}${selector.offset > 0 ? '+' : ''}${selector.offset || ''}]`
  }
}

/** How the reference is written with a selector for each loop. */
export function howToSelect(
  { producer, output, path, isOptional }: ReferenceSyntax & { type: 'artifact' },
  jobLoops: readonly string[],
  outputLoops: readonly string[],
  own: readonly string[],
): string {
  const end = `${path.map(step => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')}${isOptional ? '?' : ''}}`
  const write = (selectorOf: (loop: string) => string) =>
    `\${${producer}${jobLoops.map(selectorOf).join('')}.${output}${outputLoops.map(selectorOf).join('')}${end}`
  const all = write(() => '[*]')
  if (jobLoops.length + outputLoops.length === 0) return `write ${all}`
  const same = [...jobLoops, ...outputLoops].filter(loop => own.includes(loop))
  const one = write(loop => (own.includes(loop) ? `[${loop}]` : '[*]'))
  return same.length === 0
    ? `write ${all} for all`
    : `write ${one} for the same ${[...new Set(same)].join(', ')}, or ${all} for all`
}
