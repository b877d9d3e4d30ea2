/** One promise of a contract. */
export interface ContractCheck {
  /** `goes on from its checkpoint` */
  readonly name: string
  /** Rejects with an AssertionError that says what happened instead. */
  run(): Promise<void>
}

/**
 * Runs checks one after the other.
 * @param subject `The provider`, for the message
 * @throws AggregateError whose message names every check that failed; its `errors` are theirs
 */
export async function runChecks(subject: string, checks: readonly ContractCheck[]): Promise<void> {
  const errors: Error[] = []
  const lines: string[] = []
  for (const { name, run } of checks) {
    try {
      await run()
    } catch (error) {
      errors.push(error as Error)
      lines.push(`- ${name}: ${(error as Error).message}`)
    }
  }
  if (errors.length === 0) return
  throw new AggregateError(
    errors,
    `${subject} breaks ${errors.length} of ${checks.length} promises:\n${lines.join('\n')}`,
  )
}
