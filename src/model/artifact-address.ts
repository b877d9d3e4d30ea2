import type { ElementName } from './id.js'

/** The parts of a job's or an artifact's id. */
export interface Address {
  readonly producer: string
  /** One a loop of the producer. */
  readonly elements: readonly ElementName[]
  /** Absent in a job's id. */
  readonly output?: string
  /** One a loop of the output. */
  readonly outputElements: readonly ElementName[]
}

/** The parts of an id as somebody has written them. */
export interface WrittenAddress {
  readonly producer: string
  readonly elements: readonly ReadElement[]
  readonly output?: string
  readonly outputElements: readonly ReadElement[]
}

const PREFIX = 'Producer:'
const NAME = /[^[.]+/y

/** `Producer:Picture[fox].Image[0]` in its parts; undefined when it is no such id. */
export function parseAddress(id: string): Address | undefined {
  if (!id.startsWith(PREFIX)) return undefined
  const written = parseWritten(id)
  if (written === undefined) return undefined
  const { elements, outputElements, ...rest } = written
  const nameOf = ({ name }: ReadElement) => name
  return { ...rest, elements: elements.map(nameOf), outputElements: outputElements.map(nameOf) }
}

/** The same with what was written in each bracket, and with or without `Producer:` in front. */
export function parseWritten(id: string): WrittenAddress | undefined {
  const start = id.startsWith(PREFIX) ? PREFIX.length : 0
  const producer = nameAt(id, start)
  if (producer === undefined) return undefined
  const elements: ReadElement[] = []
  let at = readElements(id, start + producer.length, elements)
  if (at === id.length) return { producer, elements, outputElements: [] }
  const output = id[at] === '.' ? nameAt(id, at + 1) : undefined
  if (output === undefined) return undefined
  const outputElements: ReadElement[] = []
  at = readElements(id, at + 1 + output.length, outputElements)
  return at === id.length ? { producer, elements, output, outputElements } : undefined
}

function nameAt(id: string, offset: number): string | undefined {
  NAME.lastIndex = offset
  return NAME.exec(id)?.[0]
}

/** @returns the offset after the last bracket */
function readElements(id: string, offset: number, into: ReadElement[]): number {
  for (;;) {
    const element = readElement(id, offset)
    if (element === undefined) return offset
    into.push(element)
    offset = element.end
  }
}

export interface ReadElement {
  readonly name: ElementName
  /** As it was written, without quotes. */
  readonly text: string
  readonly isQuoted: boolean
  /** Offset after the closing bracket. */
  readonly end: number
}

const ELEMENT = /\[(?:([^\]"[]+)|("(?:[^"\\]|\\.)*"))\]/y
const POSITION = /^\d{1,9}$/

/** Reads the `[…]` at this offset of an id; undefined when there is none. */
export function readElement(id: string, offset: number): ReadElement | undefined {
  ELEMENT.lastIndex = offset
  const found = ELEMENT.exec(id)
  if (found === null) return undefined
  const [whole, bare, quoted] = found
  const end = offset + whole.length
  if (bare !== undefined) {
    const name = POSITION.test(bare) ? Number(bare) : bare
    return { name, text: bare, isQuoted: false, end }
  }
  const key = unquoted(quoted!)
  return key === undefined ? undefined : { name: key, text: key, isQuoted: true, end }
}

function unquoted(text: string): string | undefined {
  try {
    return JSON.parse(text) as string
  } catch {
    return undefined
  }
}
