/** What services say of a job that they had and have no more. */
const FORGOTTEN =
  /expired|no longer (exist|available)|been (deleted|removed|purged)|does not exist|not found|unknown (job|task|id)/i

/**
 * Whether the answer to a question about a job says that there is no such job (any more). A page of something in
 * between says nothing about the job.
 */
export function saysMissing(status: number, body: string): boolean {
  if (status === 410) return true
  if (body.trimStart().startsWith('<')) return false
  return status === 404 || ((status === 400 || status === 422) && FORGOTTEN.test(body))
}
