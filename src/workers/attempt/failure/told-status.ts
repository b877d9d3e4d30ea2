/** `HTTP 429`, `HTTP error! status: 429`, `got status: 503`, `Request failed with status code 500` */
const TOLD = /(?:\bHTTP(?:\/[\d.]+)? |\bstatus(?: code)?:? )([45]\d\d)\b/i

/** The HTTP status that a message of a program's own tells, where nothing else does; undefined: none. */
export function toldStatus(message: string): number | undefined {
  const told = TOLD.exec(message)?.[1]
  return told === undefined ? undefined : Number(told)
}
