import type { JobError } from '../../../model/movie/event.js'

const COMPARED_CHARS = 200
/** Ids of requests, times and amounts differ from answer to answer: words with digits in them. */
const VARYING = /[\w-]*\d[\w-]*/g

/** The same text for failures that say the same. */
export const failureKind = ({ code, message }: JobError): string =>
  `${code} ${message.slice(0, COMPARED_CHARS).replaceAll(VARYING, '#')}`
