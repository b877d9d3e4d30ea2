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

/** Whether a loop has one list, which an input or a number says: others may stand in loops around them. */
type HasOneList<Source extends BlueprintShape, Loop extends string> = Loop extends keyof Source['loops']
  ? Source['loops'][Loop] extends { readonly over: infer Over }
    ? IsOfInput<Over>
    : Source['loops'][Loop] extends { readonly count: infer Count }
      ? IsOfInput<Count>
      : false
  : false
type IsOfInput<Value> = Value extends number | `\${inputs.${string}` ? true : false

/** The row of a loop, with the outputs of the producers that are in it. */
export type RowOf<Source, Loop extends string> = Source extends BlueprintShape
  ? IsOpen<Source> extends true
    ? MovieRow
    : HasOneList<Source, Loop> extends false
      ? MovieRow
      : RowFacts & {
          readonly [Name in keyof Source['producers'] as Loop extends LoopsOf<
            Source['producers'][Name]
          >[number]
            ? Name
            : never]: Spread<
            Without<LoopsOf<Source['producers'][Name]>, Loop>,
            OutputsOf<Source['producers'][Name]>
          >
        }
  : MovieRow
