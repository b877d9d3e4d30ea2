import { randomUUID } from 'node:crypto'
import type { RunAddress } from '../../../model/job.js'
import type { BlobAccess } from '../../attempt/output/blob-access.js'
import type { Pipe } from '../broker/broker.js'
import { FrameLink } from '../wire/frame-link.js'
import type { FromHost } from '../wire/host-messages.js'
import { type HeardMessage, packWorks } from '../wire/told-works.js'
import { workOfKey } from '../wire/work-key.js'

const RESENT = 'resent-'

/** A session of no host, in which a coordinator says again what it has salvaged. */
export const isResent = (session: string): boolean => session.startsWith(RESENT)

/**
 * Says once more, at the end of the pipe of the hosts, what was salvaged and is in no log, as a host would say it: what is
 * before may leave the pipe then, and the next coordinator finds it.
 * @throws what the pipe throws; then some of it may be missing
 */
export async function resendResults(
  results: Iterable<HeardMessage>,
  address: RunAddress,
  pipe: Pick<Pipe, 'send'>,
  blobs: Pick<BlobAccess, 'put' | 'read'>,
): Promise<void> {
  const failures: unknown[] = []
  const send = (frame: string) =>
    pipe.send(frame).catch(error => {
      failures.push(error)
      throw error
    })
  const link = new FrameLink({
    session: `${RESENT}${randomUUID()}`,
    token: address.token,
    pipe: { send },
    acknowledgesDelivery: false,
    blobs,
    receive() {},
  })
  for (const { message, key } of results) {
    const told = packWorks([message], () => workOfKey(key!))
    link.post(JSON.stringify({ type: 'messages', ...address, ...told } satisfies FromHost))
  }
  await link.sent()
  if (failures.length > 0) throw failures[0]
}
