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
export function frameBytes(
  { session, token, seq, ack, low, again }: Omit<Frame, 'messages'>,
  messages?: readonly string[],
): Uint8Array {
  const head = `[${JSON.stringify(session)},${token},${seq},${ack},${low},${again}`
  return Buffer.from(messages === undefined ? `${head}]` : `${head},[${messages.join(',')}]]`)
}

/** @throws ShowrunnerError `INTERNAL` for what is no frame */
export function readFrame(bytes: Uint8Array): Frame {
  const parsed = parsedFrame(bytes)
  const [session, token, seq, ack, low, again, messages] = Array.isArray(parsed) ? parsed : []
  const isCounted = [token, seq, ack, low, again].every(count => Number.isSafeInteger(count) && count >= 0)
  if (typeof session !== 'string' || !isCounted || (messages !== undefined && !Array.isArray(messages)))
    throw malformed('it is no frame')
  return { session, token, seq, ack, low, again, ...(messages && { messages }) }
}

function parsedFrame(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString())
  } catch (cause) {
    throw malformed('it is no JSON', cause)
  }
}

const malformed = (why: string, cause?: unknown) =>
  new ShowrunnerError('INTERNAL', `A frame of the fleet cannot be read: ${why}.`, { cause })
