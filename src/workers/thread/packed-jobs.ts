import type { ElementName } from '../../model/id.js'
import type { JobAssignment } from '../../model/job.js'
import type { InputValue } from '../../model/provider/provider.js'

/**
 * Jobs on their way to a thread. Where they have nothing but inputs of the same names, as almost all jobs of a
 * template do, they travel as columns, which takes a third of the time of as many objects.
 */
export type PackedJobs = readonly JobAssignment[] | JobColumns

/** One job a row. */
interface JobColumns {
  readonly jobs: readonly number[]
  readonly attempts: readonly number[]
  readonly generations: readonly number[]
  readonly inputsHashes: readonly string[]
  /** Row by row. */
  readonly indices: readonly number[]
  /** Absent: the run is not traced. */
  readonly traceparents?: readonly string[]
  /** Row by row; empty when indices name the elements. */
  readonly names: readonly ElementName[]
  readonly inputNames: readonly string[]
  /** Row by row. */
  readonly inputs: readonly InputValue[]
}

export function packJobs(assignments: readonly JobAssignment[]): PackedJobs {
  const [first] = assignments
  if (first === undefined) return assignments
  const inputNames = Object.keys(first.inputs)
  const jobs: number[] = []
  const attempts: number[] = []
  const generations: number[] = []
  const inputsHashes: string[] = []
  const indices: number[] = []
  const names: ElementName[] = []
  const inputs: InputValue[] = []
  const traceparents: string[] = []
  for (const assignment of assignments) {
    if (!isPlain(assignment) || assignment.indices.length !== first.indices.length) return assignments
    if (assignment.names?.length !== first.names?.length) return assignments
    let column = 0
    for (const name in assignment.inputs) {
      if (name !== inputNames[column++]) return assignments
      inputs.push(assignment.inputs[name]!)
    }
    if (column !== inputNames.length) return assignments
    jobs.push(assignment.job)
    attempts.push(assignment.attempt)
    generations.push(assignment.generation)
    inputsHashes.push(assignment.inputsHash)
    indices.push(...assignment.indices)
    if (assignment.names !== undefined) names.push(...assignment.names)
    if (assignment.traceparent !== undefined) traceparents.push(assignment.traceparent)
  }
  // A sampler may leave some jobs out.
  if (traceparents.length > 0 && traceparents.length < assignments.length) return assignments
  const traces = traceparents.length > 0 && { traceparents }
  return { jobs, attempts, generations, inputsHashes, indices, names, inputNames, inputs, ...traces }
}

export function unpackJobs(packed: PackedJobs): readonly JobAssignment[] {
  if (!('jobs' in packed)) return packed
  const { jobs, attempts, generations, inputsHashes, indices, names, inputNames, inputs, traceparents } =
    packed
  const indexCount = indices.length / jobs.length
  const assignments: JobAssignment[] = []
  for (let row = 0; row < jobs.length; row++) {
    const begin = row * indexCount
    const assignment = {
      job: jobs[row]!,
      attempt: attempts[row]!,
      indices: indices.slice(begin, begin + indexCount),
      inputs: inputsOf(row, inputNames, inputs),
      inputsHash: inputsHashes[row]!,
      generation: generations[row]!,
    }
    if (names.length === 0 && traceparents === undefined) assignments.push(assignment)
    else
      assignments.push({
        ...assignment,
        ...(names.length > 0 && { names: names.slice(begin, begin + indexCount) }),
        ...(traceparents && { traceparent: traceparents[row]! }),
      })
  }
  return assignments
}

function inputsOf(
  row: number,
  names: readonly string[],
  values: readonly InputValue[],
): Record<string, InputValue> {
  const inputs: Record<string, InputValue> = {}
  let at = row * names.length
  for (const name of names) inputs[name] = values[at++]!
  return inputs
}

const isPlain = ({ loads, resume, feedback, isFresh, isOwnCall, losses }: JobAssignment): boolean =>
  loads === undefined &&
  resume === undefined &&
  feedback === undefined &&
  isFresh === undefined &&
  isOwnCall === undefined &&
  losses === undefined
