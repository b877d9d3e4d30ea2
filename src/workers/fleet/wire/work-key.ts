/** The same for the same work of a movie, whoever dispatches it, and for nothing else. */
export const workKey = (jobId: string, inputsHash: string, generation: number): string =>
  `${jobId}\n${inputsHash}\n${generation}`
