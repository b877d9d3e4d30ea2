/** An address without the name and the password in it, and the header that says them. */
export interface OpenAddress {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

/** Basic authentication (RFC 7617) of `https://name:password@host/`, an address that `fetch` refuses and quotes. */
export function withoutUserInfo(address: URL): OpenAddress {
  if (address.username === '' && address.password === '') return { url: address, headers: {} }
  const url = new URL(address)
  url.username = url.password = ''
  const pair = `${decoded(address.username)}:${decoded(address.password)}`
  return { url, headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
