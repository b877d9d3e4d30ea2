/** A host of a fleet, as a run knows it. */
export interface HostProgress {
  /** The machine and the process, for people to read. */
  readonly host: string
  /** `draining`: it finishes what it has. `left`: it has ended in good order. `lost`: it was not heard any more. */
  readonly state: 'running' | 'draining' | 'left' | 'lost'
  /** Jobs that it runs at once for this run. */
  readonly places: number
  /** Attempts that it has. */
  readonly active: number
  /** Attempts of this run that it has settled. */
  readonly settled: number
  /** Attempts that were lost with it, or that it has handed back. */
  readonly losses: number
  /** Milliseconds since it was heard last; a host beats every two seconds. */
  readonly silentMs: number
}
