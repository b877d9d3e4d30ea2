import { causeChain } from '../../error/cause-chain.js'

/** Codes of Node and OpenSSL of connections that no repetition makes, and what to do about each. */
const WAYS_OUT: readonly (readonly [RegExp, string])[] = [
  [
    /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/,
    'The certificate of the service is not valid today. Check the clock of this machine; if it is right, the service must renew it.',
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_\w+$|^HOSTNAME_MISMATCH$/,
    'The certificate is for another host. Check the address in the config.',
  ],
  [
    /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(?:VERIFY|GET|DECRYPT|DECODE)_\w+|CERT_\w+|CRL_\w+|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_EXCEEDED|AKID_\w+)$/,
    'This machine does not trust the certificate. For an authority of your own, or the proxy of a company, set NODE_EXTRA_CA_CERTS to the file of its certificate before Node starts.',
  ],
  [
    /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL|UNSUPPORTED_PROTOCOL)$/,
    'At this port nobody speaks TLS, or another version of it. Check the address in the config: should it begin with http:// instead of https://?',
  ],
  [
    /^ERR_SSL_\w*ALERT_(?:HANDSHAKE_FAILURE|BAD_CERTIFICATE|CERTIFICATE_\w+|UNKNOWN_CA|PROTOCOL_VERSION|UNRECOGNIZED_NAME|ACCESS_DENIED)$|^ERR_SSL_TLSV1_UNRECOGNIZED_NAME$/,
    'The service refuses the TLS connection. Check the address in the config, and whether it asks for a certificate of the client.',
  ],
  [
    /^ENOTFOUND$/,
    'There is no host of this name, as far as the resolver knows. Check the address in the config, and the network.',
  ],
]

/**
 * What to do about a connection that failed for a reason which every call to the same address meets: a certificate that
 * is not accepted, no TLS, an unknown host. Undefined for all other failures.
 */
export function setupFault(error: unknown): string | undefined {
  for (const link of causeChain(error)) {
    const code = codeOf(link as NodeJS.ErrnoException)
    const found = WAYS_OUT.find(([codes]) => codes.test(code))
    if (found !== undefined) return found[1]
  }
  return undefined
}

/** Where a write fails, Node says `EPROTO`, and what OpenSSL says stands in the message only. */
function codeOf({ code, message }: NodeJS.ErrnoException): string {
  if (code !== 'EPROTO') return String(code)
  const reason = /SSL routines:\w*:([\w ]+):/.exec(message)?.[1] ?? ''
  return `ERR_SSL_${reason.replaceAll(' ', '_').toUpperCase()}`
}
