import { once } from 'node:events'
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net'

/** The two directions of a connection. */
type Leg = 'toServer' | 'toClient'

/** A way to a server on loopback that can be moved, cut and delayed. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  /** New connections go to this port; those that are open are cut. */
  moveTo(port: number): void
  /** Connections are cut, and new ones refused. */
  cut(): void
  /** What is sent in these directions gets lost, while the connections stay open; also of new ones. */
  lose(...legs: readonly Leg[]): void
  /** The connections of now stay open for ever and carry nothing any more, as after a router was restarted; new ones work. */
  forget(): void
  /** Each chunk arrives so much later. */
  delay(leg: Leg, delayMs: number): void
  /** Everything works again, but for what {@link forget} has forgotten. What was lost meanwhile comes late, as TCP sends it again. */
  heal(): void
}

interface Link {
  readonly sockets: readonly [client: Socket, server: Socket]
  readonly kept: (() => void)[]
  isForgotten: boolean
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  let target = targetPort
  let isCut = false
  let lost: readonly Leg[] = []
  const delays: Record<Leg, number> = { toServer: 0, toClient: 0 }
  const links = new Set<Link>()

  const carry = (link: Link, from: Socket, to: Socket, leg: Leg) => {
    from.on('data', chunk => {
      const pass = () => {
        if (link.isForgotten) return
        if (lost.includes(leg)) link.kept.push(pass)
        else to.write(chunk)
      }
      if (delays[leg] > 0) setTimeout(pass, delays[leg])
      else pass()
    })
  }
  const end = (link: Link) => {
    for (const socket of link.sockets) socket.destroy()
    links.delete(link)
  }
  const server = createServer(client => {
    if (isCut) {
      client.destroy()
      return
    }
    const upstream = dial(target, '127.0.0.1')
    const link: Link = { sockets: [client, upstream], kept: [], isForgotten: false }
    links.add(link)
    carry(link, client, upstream, 'toServer')
    carry(link, upstream, client, 'toClient')
    for (const socket of link.sockets) {
      socket.on('error', () => undefined)
      socket.on('close', () => {
        if (!link.isForgotten) end(link)
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endAll = () => {
    for (const link of links) end(link)
  }
  return {
    port: (server.address() as AddressInfo).port,
    moveTo(port) {
      target = port
      endAll()
    },
    cut() {
      isCut = true
      endAll()
    },
    lose(...legs) {
      lost = legs
    },
    forget() {
      for (const link of links) link.isForgotten = true
    },
    delay(leg, delayMs) {
      delays[leg] = delayMs
    },
    heal() {
      isCut = false
      lost = []
      delays.toServer = 0
      delays.toClient = 0
      for (const link of links) for (const pass of link.kept.splice(0)) pass()
    },
    async [Symbol.asyncDispose]() {
      endAll()
      server.close()
      await once(server, 'close')
    },
  }
}
