/** A message without what differs from job to job: numbers, hashes and other ids with a digit in them. */
export const kindOfMessage = (message: string): string => message.replace(/\b[\w-]*\d[\w-]*/g, '#')
