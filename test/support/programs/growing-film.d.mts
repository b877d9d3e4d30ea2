import type { BlueprintDefinition, Engine, RunRequest } from '../../../dist/index.js'

/** How the script of the film stands: a later edition is another list. */
export type Edition = 1 | 2

export interface FilmWork {
  readonly store: string
  /** The file that gets a line for each call. */
  readonly calls: string
  readonly edition: Edition
  /** Whether scenes have keys. */
  readonly isKeyed: boolean
}

export function film(isKeyed: boolean): BlueprintDefinition
export function openFilmEngine(work: FilmWork): Promise<Engine>
export function filmRequest(work: FilmWork): RunRequest
