/** Where a run ends that is to make some producers, and what they need. */
export interface UntilFacts {
  /** Names of the producers that were asked for, in the order of the blueprint. */
  readonly producers: readonly string[]
  /** Names of the producers that the run leaves out, since nothing that was asked for needs them. */
  readonly leftOut: readonly string[]
}

export const untilFacts = ({ producers, leftOut }: UntilFacts): UntilFacts => ({ producers, leftOut })
