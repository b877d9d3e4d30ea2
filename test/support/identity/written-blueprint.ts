import type { BlueprintDefinition } from '../../../dist/index.js'
import type { Producer, Read, Shape, Written } from './random-movie.js'

const LOOPS = ['row', 'item'] as const

/** How a read's producer is selected, loop by loop: the same element, the one before, or all. */
export function selectorsOf(
  { isWide, isNeighbour }: Read,
  level: number,
  from: number,
): readonly ('same' | 'before' | 'all')[] {
  const common = Math.min(level, from)
  return Array.from({ length: from }, (_, at) => {
    if (at >= common || (isWide && at === common - 1)) return 'all'
    return isNeighbour && at === common - 1 ? 'before' : 'same'
  })
}

/** The one before is always missing for the first, so it needs a `?`. */
export const isOptional = (read: Read, level: number, from: number): boolean =>
  read.isOptional || selectorsOf(read, level, from).includes('before')

/** The producer that a read is of; undefined: there is none before. */
export const sourceOf = ({ from }: Read, at: number): number | undefined => (at === 0 ? undefined : from % at)

export function blueprintOf(shape: Shape, { settings }: Written): BlueprintDefinition {
  const { producers, isKeyed, isMade } = shape
  return {
    name: 'drawn',
    inputs: { rows: 'json', tone: { type: 'text' } },
    loops: {
      row: { over: '${inputs.rows}', ...(isKeyed && { key: '${row.id}' }) },
      item: {
        over: isMade ? '${List[row].Items}' : '${row.items}',
        ...(isMade && { max: 50 }),
        ...(isKeyed && { key: '${item.id}' }),
      },
    },
    producers: {
      List: { loop: 'row', provider: 'list', with: { items: '${row.items}' }, outputs: { Items: 'json' } },
      ...Object.fromEntries(
        producers.map((producer, at) => {
          const { version, hasSecond } = settings[at]!
          const { level, hasCondition } = producer
          const loop = LOOPS.slice(0, level)
          return [
            `P${at}`,
            {
              ...(level > 0 && { loop }),
              provider: 'p',
              version,
              ...(hasCondition && level > 0 && { when: { value: `\${${loop.at(-1)}.isIn}`, is: true } }),
              with: withOf(shape, producer, at),
              outputs: { A: 'text', ...(hasSecond && { B: 'text' }) },
            },
          ]
        }),
      ),
    },
  } as BlueprintDefinition
}

function withOf(
  { producers }: Shape,
  { level, reads, isVariant }: Producer,
  at: number,
): Record<string, string> {
  const inputs: Record<string, string> = {
    own: level === 0 || isVariant ? '${inputs.tone}' : `\${${LOOPS[level - 1]}.text}`,
  }
  for (const [number, read] of reads.entries()) {
    const source = sourceOf(read, at)
    if (source === undefined) continue
    const from = producers[source]!.level
    const selectors = selectorsOf(read, level, from).map((kind, dimension) => {
      if (kind === 'all') return '[*]'
      return kind === 'before' ? `[${LOOPS[dimension]}-1]` : `[${LOOPS[dimension]}]`
    })
    const mark = isOptional(read, level, from) ? '?' : ''
    inputs[`read${number}`] = `\${P${source}${selectors.join('')}.A${mark}}`
  }
  return inputs
}
