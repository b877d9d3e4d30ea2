/** Resolves in so many milliseconds, and keeps no process alive for it. */
export const after = (ms: number): Promise<void> =>
  new Promise(resolve => void setTimeout(resolve, ms).unref())
