/** The parts of a job's or an artifact's id. */
export interface Address {
  readonly producer: string
  /** 0-based, one a loop of the producer. */
  readonly indices: readonly number[]
  /** Absent in a job's id. */
  readonly output?: string
  /** 0-based, one a loop of the output. */
  readonly outputIndices: readonly number[]
}

const ADDRESS = /^Producer:([^[.]+)((?:\[\d+\])*)(?:\.([^[]+)((?:\[\d+\])*))?$/

/** `Producer:Picture[3].Image[0]` in its parts; undefined when it is no such id. */
export function parseAddress(id: string): Address | undefined {
  const [, producer, indices, output, outputIndices] = ADDRESS.exec(id) ?? []
  if (producer === undefined) return undefined
  return {
    producer,
    indices: numbersIn(indices),
    ...(output !== undefined && { output }),
    outputIndices: numbersIn(outputIndices),
  }
}

const numbersIn = (brackets = ''): number[] => (brackets.match(/\d+/g) ?? []).map(Number)
