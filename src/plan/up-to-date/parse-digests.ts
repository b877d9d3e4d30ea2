/** The digests of a job's inputs, by name. @param text as in `JobSucceeded.inputs` */
export function parseDigests(text: unknown): Map<string, string> {
  // A foreign log may hold anything here.
  if (typeof text !== 'string') return new Map()
  return new Map(
    text.split(' ').map(entry => {
      const colon = entry.lastIndexOf(':')
      return [decodeURIComponent(entry.slice(0, colon)), entry.slice(colon + 1)]
    }),
  )
}
