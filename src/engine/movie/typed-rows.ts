import type { BlueprintShape, IsOpen, LoopName, LoopsOf } from '../../blueprint/typing/blueprint-shape.js'
import type { OutputsOf } from '../outputs/typed-outputs.js'
import type { MovieRow, RowFacts } from './movie-row.js'

/** The loops whose rows may be asked for. */
export type LoopOf<Source> = Source extends BlueprintShape ? LoopName<Source> : string

type Without<Loops extends readonly string[], Loop extends string> = Loops extends readonly [
  infer First extends string,
  ...infer Rest extends readonly string[],
]
  ? First extends Loop
    ? Rest
    : readonly [First, ...Without<Rest, Loop>]
  : readonly []

/** A result for each element of the further loops, as lists in lists. */
type Spread<Loops extends readonly string[], Value> = Loops extends readonly [
  string,
  ...infer Inner extends readonly string[],
]
  ? readonly Spread<Inner, Value>[]
  : Value | undefined

/** The row of a loop, with the outputs of the producers that are in it. */
export type RowOf<Source, Loop extends string> = Source extends BlueprintShape
  ? IsOpen<Source> extends true
    ? MovieRow
    : RowFacts & {
        readonly [Name in keyof Source['producers'] as Loop extends LoopsOf<Source['producers'][Name]>[number]
          ? Name
          : never]: Spread<
          Without<LoopsOf<Source['producers'][Name]>, Loop>,
          OutputsOf<Source['producers'][Name]>
        >
      }
  : MovieRow
