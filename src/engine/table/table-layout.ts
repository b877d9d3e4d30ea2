import type { ArtifactId } from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import { isMimeType } from '../../model/media/mime-type.js'
import type { Family } from '../../plan/geometry/family.js'
import type { MovieRow, RowFacts, RowJob } from '../movie/movie-row.js'
import { OutputBlob } from '../outputs/output-blob.js'
import { ElementFields } from './element-fields.js'
import type { Cell, CellType, TableColumn } from './table-column.js'
import type { TableRequest } from './table-request.js'

/** A file that stands in a cell, by the artifact that it is. */
export interface CellBlob {
  readonly artifactId: ArtifactId
  readonly blob: OutputBlob
}

/** Puts bytes into a table: as they are, or as a text that stands for them. */
export type PlaceBlob = (cell: CellBlob) => Promise<Uint8Array | string>

/** What decides about the columns: the elements of a loop, and who makes something from them. */
interface TableSource {
  readonly loop: string
  readonly isKeyed: boolean
  readonly parents: readonly { readonly loop: string; readonly isKeyed: boolean }[]
  readonly families: readonly Family[]
  /** Of them, those whose rejected answers have columns. */
  readonly rejectedFamilies: readonly Family[]
  /** Absent where all elements count. */
  readonly isAccepted?: unknown
  elements(): AsyncIterable<JsonValue | undefined>
}

interface Field {
  readonly column: TableColumn
  read(row: MovieRow, place: PlaceBlob): Cell | Promise<Cell>
}

/** Which columns the rows of a loop make, and the cells of a row. */
export class TableLayout {
  readonly columns: readonly TableColumn[]
  readonly #fields: readonly Field[]

  private constructor(fields: readonly Field[]) {
    this.#fields = fields
    this.columns = fields.map(({ column }) => column)
  }

  /** Reads the elements once, to know their fields. */
  static async of(
    rows: TableSource,
    { rejected, signal }: Pick<TableRequest, 'rejected' | 'signal'>,
  ): Promise<TableLayout> {
    const elements = new ElementFields(rows.loop)
    for await (const element of rows.elements()) {
      signal?.throwIfAborted()
      elements.add(element)
    }
    const ownLoops = 1 + rows.parents.length
    const made = rows.families.flatMap(family => outputFields(family, ownLoops))
    if (rejected) made.push(...rows.rejectedFamilies.flatMap(family => rejectedFields(family, ownLoops)))
    const given = elements.columns().map(
      (column): Field => ({
        column,
        read: ({ element }) => elements.valueOf(element as never, column.name),
      }),
    )
    const around = rows.parents.map(
      ({ loop, isKeyed }, at): Field => ({
        column: { name: loop, type: isKeyed ? 'text' : 'integer', depth: 0 },
        read: ({ parents }) => (parents as RowFacts['parents'])?.[at],
      }),
    )
    const own = ownFields(rows.isKeyed, rows.isAccepted !== undefined)
    const taken = new Set(given.map(({ column }) => column.name))
    const [madeNamed, aroundNamed, ownNamed] = [made, around, own].map(fields => withFreeNames(fields, taken))
    return new TableLayout([...aroundNamed!, ownNamed![0]!, ...given, ...madeNamed!, ...ownNamed!.slice(1)])
  }

  async cells(row: MovieRow, place: PlaceBlob): Promise<Cell[]> {
    const cells = new Array<Cell>(this.#fields.length)
    for (const [at, field] of this.#fields.entries()) {
      const cell = field.read(row, place)
      cells[at] = cell instanceof Promise ? await cell : cell
    }
    return cells
  }
}

/** What a row is called and how it stands. */
function ownFields(hasKeys: boolean, isTried: boolean): Field[] {
  const field = (name: string, type: CellType, read: (row: MovieRow) => Cell): Field => ({
    column: { name, type, depth: 0 },
    read,
  })
  return [
    field('key', hasKeys ? 'text' : 'integer', ({ key }) => key),
    ...(isTried ? [field('accepted', 'boolean', ({ accepted }) => accepted === true)] : []),
    field('status', 'text', ({ status }) => status),
    field('errorCode', 'text', ({ jobs }) => errorIn(jobs)?.code),
    field('errorMessage', 'text', ({ jobs }) => errorIn(jobs)?.message),
    field('costUsd', 'number', ({ costUsd }) => costUsd),
    field('provider', 'text', ({ jobs }) => distinct(jobs, ({ provider }) => provider)),
    field('model', 'text', ({ jobs }) => distinct(jobs, ({ model }) => model)),
  ]
}

/** The fields whose names others have taken get a `_` before theirs. */
function withFreeNames(fields: readonly Field[], taken: Set<string>): Field[] {
  return fields.map(field => {
    const name = freeName(field.column.name, taken)
    taken.add(name)
    return { ...field, column: { ...field.column, name } }
  })
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? freeName(`_${name}`, taken) : name
}

const errorIn = (jobs: readonly RowJob[]) =>
  jobs.find(({ status, error }) => status === 'failed' && error !== undefined)?.error

function distinct(jobs: readonly RowJob[], of: (job: RowJob) => string | undefined): string | undefined {
  const first = jobs[0] && of(jobs[0])
  if (jobs.every(job => of(job) === first)) return first
  return [...new Set(jobs.map(of).filter(name => name !== undefined))].join(', ')
}

/** @param ownLoops loops in which a row is one element */
function outputFields({ producer }: Family, ownLoops: number): Field[] {
  const jobDepth = producer.loops.length - ownLoops
  return [...producer.outputs.values()].map((spec): Field => {
    const isFile = isMimeType(spec.type)
    const column = {
      name: `${producer.name}.${spec.name}`,
      type: isFile ? 'bytes' : (spec.type as CellType),
      depth: jobDepth + spec.loops.length,
    } as const
    return {
      column,
      read: (row, place) =>
        isFile
          ? cellOfJobs(row, producer.name, jobDepth, ({ jobId }, made) =>
              placed(made?.[spec.name], `${jobId}.${spec.name}`, place),
            )
          : outputIn(row[producer.name], jobDepth, spec.name),
    }
  })
}

/** The last rejected answers of a producer's jobs, and what was wrong with them. */
function rejectedFields({ producer }: Family, ownLoops: number): Field[] {
  const { name } = producer
  const depth = producer.loops.length - ownLoops
  const outputs = [...producer.outputs.values()].map((spec): Field => {
    const isFile = isMimeType(spec.type)
    const type = isFile ? 'bytes' : (spec.type as CellType)
    return {
      column: { name: `rejected.${name}.${spec.name}`, type, depth: depth + spec.loops.length },
      read: (row, place) =>
        cellOfJobs(row, name, depth, ({ jobId, rejected }) => {
          const value = rejected?.outputs?.[spec.name]
          return isFile ? placed(value, `${jobId}.${spec.name}`, place) : (value as Cell)
        }),
    }
  })
  const text = (what: 'reason' | 'answer'): Field => ({
    column: { name: `rejected.${name}.${what}`, type: 'text', depth },
    read: row => cellOfJobs(row, name, depth, ({ rejected }) => rejected?.[what]),
  })
  return [...outputs, text('answer'), text('reason')]
}

/** One output of each job, in the lists that the jobs are in. */
function outputIn(made: unknown, depth: number, output: string): Cell {
  if (depth > 0) return (made as readonly unknown[]).map(each => outputIn(each, depth - 1, output))
  return (made as Readonly<Record<string, Cell>> | undefined)?.[output]
}

type MadeByJob = Readonly<Record<string, unknown>> | undefined
type CellOfJob = (job: RowJob, made: MadeByJob) => Cell | Promise<Cell>

/** A cell for each of a producer's jobs in a row, in the lists that the jobs are in. */
function cellOfJobs(row: MovieRow, producer: string, depth: number, of: CellOfJob): Cell | Promise<Cell> {
  const jobs = row.jobs.filter(job => job.producer === producer)
  return inListsOf(row[producer], depth, jobs.values(), of)
}

/** @param jobs in the order of the lists */
function inListsOf(
  made: unknown,
  depth: number,
  jobs: IterableIterator<RowJob>,
  of: CellOfJob,
): Cell | Promise<Cell> {
  if (depth === 0) return of(jobs.next().value!, made as MadeByJob)
  return (async () => {
    const cells: Cell[] = []
    for (const each of made as readonly unknown[]) cells.push(await inListsOf(each, depth - 1, jobs, of))
    return cells
  })()
}

async function placed(value: unknown, artifactId: string, place: PlaceBlob): Promise<Cell> {
  if (value instanceof OutputBlob) return await place({ artifactId: artifactId as ArtifactId, blob: value })
  if (!Array.isArray(value)) return undefined
  const cells: Cell[] = []
  for (const [at, item] of value.entries()) cells.push(await placed(item, `${artifactId}[${at}]`, place))
  return cells
}
