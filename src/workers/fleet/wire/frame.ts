import { ShowrunnerError } from '../../../model/error/error.js'

/** What travels over a pipe. */
export interface Frame {
  readonly session: string
  /** Fencing token of the coordinator that speaks, or with which the session was opened. */
  readonly token: number
  /** Of these messages, from 1; without messages: of the last that were sent. */
  readonly seq: number
  /** The other end may forget what it sent up to here. */
  readonly ack: number
  /** The oldest that the sender still has. */
  readonly low: number
  /** Asks for everything from here on once more; 0: nothing is missing. */
  readonly again: number
  /** Absent: a beat. */
  readonly messages?: readonly unknown[]
}

/** @param messages each as JSON */
export function frameText(
  { session, token, seq, ack, low, again }: Omit<Frame, 'messages'>,
  messages?: readonly string[],
): string {
  const head = `[${JSON.stringify(session)},${token},${seq},${ack},${low},${again}`
  return messages === undefined ? `${head}]` : `${head},[${messages.join(',')}]]`
}

/** @throws ShowrunnerError `INTERNAL` for what is no frame */
export function readFrame(text: string): Frame {
  const parsed = parsedFrame(text)
  const [session, token, seq, ack, low, again, messages] = Array.isArray(parsed) ? parsed : []
  const isCounted = [token, seq, ack, low, again].every(count => Number.isSafeInteger(count) && count >= 0)
  if (typeof session !== 'string' || !isCounted || (messages !== undefined && !Array.isArray(messages)))
    throw malformed('it is no frame')
  return { session, token, seq, ack, low, again, ...(messages && { messages }) }
}

function parsedFrame(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw malformed('it is no JSON', cause)
  }
}

const malformed = (why: string, cause?: unknown) =>
  new ShowrunnerError('INTERNAL', `A frame of the fleet cannot be read: ${why}.`, { cause })
