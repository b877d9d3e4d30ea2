/** A text that several processes change, each starting from what it was. */
export interface Register {
  /** What it holds now, and the time in milliseconds since 1970 by a clock that is one for all processes. */
  read(): Promise<{ readonly text: string | undefined; readonly nowMs: number }>
  /** Puts `text` in the place of `previous`. @returns false when it holds something else meanwhile */
  replace(previous: string | undefined, text: string): Promise<boolean>
}
