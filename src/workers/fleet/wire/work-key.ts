/** The same for the same work of a movie, whoever dispatches it, and for nothing else. */
export const workKey = (jobId: string, inputsHash: string, generation: number): string =>
  `${jobId}\n${inputsHash}\n${generation}`

/** What a key was made of. */
export function workOfKey(key: string): { jobId: string; inputsHash: string; generation: number } {
  const [jobId, inputsHash, generation] = key.split('\n') as [string, string, string]
  return { jobId, inputsHash, generation: Number(generation) }
}
