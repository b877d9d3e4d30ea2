import { createHash } from 'node:crypto'
import type { Producer, Shape, Written } from './random-movie.js'
import { isOptional, selectorsOf, sourceOf } from './written-blueprint.js'

/** What a provider of these tests makes: it depends on its inputs and on the output's name alone. */
export const madeFrom = (inputs: Readonly<Record<string, unknown>>, output: string): string =>
  `${output} ${createHash('sha256')
    .update(JSON.stringify(Object.entries(inputs).sort()))
    .digest('hex')
    .slice(0, 8)}`

export interface NaiveRun {
  /** By artifact, without `Producer:`, of jobs that were not skipped. */
  readonly values: ReadonlyMap<string, unknown>
  /** What jobs were made from, of those that have to call or to take a result. */
  readonly contents: ReadonlySet<string>
}

type Outcome = ReadonlyMap<string, string> | undefined

/** Evaluates a blueprint job by job, without an engine: what each makes, and from what. */
export function naiveRun(shape: Shape, written: Written, kept: ReadonlyMap<string, string>): NaiveRun {
  const values = new Map<string, unknown>()
  const contents = new Set<string>()
  const { rows } = written
  rows.forEach((row, at) => {
    const items = row.items.map(({ id, text, isIn }) => ({ id, isIn, text }))
    contents.add(`list ${JSON.stringify(items)}`)
    values.set(`List[${shape.isKeyed ? row.id : at}].Items`, items)
  })
  /** By producer, by the positions of its elements. */
  const made: Map<string, Outcome>[] = []
  shape.producers.forEach((producer, at) => {
    const outcomes = new Map<string, Outcome>()
    made.push(outcomes)
    for (const elements of elementsOf(producer.level, written))
      outcomes.set(elements.join(), runJob(shape, written, producer, at, elements, made, kept, contents))
    for (const [elements, outcome] of outcomes)
      for (const [output, value] of outcome ?? [])
        values.set(`P${at}${namesOf(shape, written, elements)}.${output}`, value)
  })
  return { values, contents }
}

function elementsOf(level: number, { rows }: Written): readonly (readonly number[])[] {
  if (level === 0) return [[]]
  if (level === 1) return rows.map((_, row) => [row])
  return rows.flatMap(({ items }, row) => items.map((_, item) => [row, item]))
}

function namesOf({ isKeyed }: Shape, { rows }: Written, elements: string): string {
  if (elements === '') return ''
  const [row, item] = elements.split(',').map(Number) as [number, number | undefined]
  const names = [
    isKeyed ? rows[row]!.id : row,
    ...(item === undefined ? [] : [isKeyed ? rows[row]!.items[item]!.id : item]),
  ]
  return names.map(name => `[${name}]`).join('')
}

/** Jobs that differ only in loops which they do not read are to make different things. */
function namesOfUnread(
  shape: Shape,
  written: Written,
  elements: readonly number[],
  read: ReadonlySet<number>,
): readonly string[] {
  const names = namesOf(shape, written, elements.join()).slice(1, -1).split('][')
  return names.filter((_, dimension) => dimension < elements.length && !read.has(dimension))
}

function runJob(
  shape: Shape,
  written: Written,
  producer: Producer,
  at: number,
  elements: readonly number[],
  made: readonly ReadonlyMap<string, Outcome>[],
  kept: ReadonlyMap<string, string>,
  contents: Set<string>,
): Outcome {
  const { level, reads, hasCondition, isVariant } = producer
  const [row, item] = elements
  const element =
    level === 0 ? undefined : level === 1 ? written.rows[row!]! : written.rows[row!]!.items[item!]!
  const inputs: Record<string, unknown> = { own: isVariant ? written.tone : (element?.text ?? written.tone) }
  const read = new Set(isVariant ? [] : elements.keys())
  for (const [number, each] of reads.entries()) {
    const source = sourceOf(each, at)
    if (source === undefined) continue
    const from = shape.producers[source]!.level
    const selectors = selectorsOf(each, level, from)
    for (const [dimension, kind] of selectors.entries()) if (kind !== 'all') read.add(dimension)
    const selected = [...made[source]!].filter(([key]) => {
      const others = key === '' ? [] : key.split(',').map(Number)
      return selectors.every(
        (kind, dimension) =>
          kind === 'all' || others[dimension] === elements[dimension]! - (kind === 'before' ? 1 : 0),
      )
    })
    const found = selected.flatMap(([, outcome]) => (outcome === undefined ? [] : [outcome.get('A')!]))
    if (selectors.includes('all')) inputs[`read${number}`] = found
    else if (found.length > 0) inputs[`read${number}`] = found[0]
    else if (!isOptional(each, level, from)) return undefined
  }
  if (hasCondition && element !== undefined && !element.isIn) return undefined
  const { version, hasSecond } = written.settings[at]!
  const outputs = hasSecond ? ['A', 'B'] : ['A']
  const name = `P${at}${namesOf(shape, written, elements.join())}`
  if (!outputs.every(output => kept.has(`${name}.${output}`)))
    contents.add(JSON.stringify([version, outputs, inputs, namesOfUnread(shape, written, elements, read)]))
  return new Map(outputs.map(output => [output, kept.get(`${name}.${output}`) ?? madeFrom(inputs, output)]))
}
