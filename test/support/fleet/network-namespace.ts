import { execFileSync } from 'node:child_process'

/** Why no namespaces can be made here; undefined: they can. */
export const namespacesMissing: string | undefined = reasonAgainst()

function reasonAgainst(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root'
  try {
    const name = `showrunner-${process.pid}-try`
    ip('netns', 'add', name)
    ip('netns', 'del', name)
    return undefined
  } catch (error) {
    return `ip netns does not work: ${(error as Error).message}`
  }
}

/** A network of its own, which reaches this machine over one virtual wire. */
export interface NetworkNamespace extends Disposable {
  /** Of this machine, as seen from there. */
  readonly address: string
  /** Starts a program there. */
  readonly launcher: readonly string[]
  /** Packets in these directions get lost. */
  lose(...directions: readonly ('in' | 'out')[]): void
  heal(): void
}

export function openNamespace(number: number): NetworkNamespace {
  const name = `showrunner-${process.pid}-${number}`
  const [outside, inside] = [`sr${process.pid % 100_000}o${number}`, `sr${process.pid % 100_000}i${number}`]
  const net = `10.${200 + (process.pid % 50)}.${number}`
  const [address, its] = [`${net}.1`, `${net}.2`]
  const there = (...args: readonly string[]) => ip('-n', name, ...args)
  ip('netns', 'add', name)
  ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', name)
  ip('addr', 'add', `${address}/24`, 'dev', outside)
  ip('link', 'set', outside, 'up')
  there('addr', 'add', `${its}/24`, 'dev', inside)
  there('link', 'set', inside, 'up')
  there('link', 'set', 'lo', 'up')
  const lost = new Set<'in' | 'out'>()
  return {
    address,
    launcher: ['ip', 'netns', 'exec', name],
    lose(...directions) {
      for (const direction of directions) {
        lost.add(direction)
        if (direction === 'in') ip('route', 'add', 'blackhole', `${its}/32`)
        else there('route', 'add', 'blackhole', `${address}/32`)
      }
    },
    heal() {
      for (const direction of lost)
        if (direction === 'in') ip('route', 'del', 'blackhole', `${its}/32`)
        else there('route', 'del', 'blackhole', `${address}/32`)
      lost.clear()
    },
    [Symbol.dispose]() {
      this.heal()
      ip('netns', 'del', name)
    },
  }
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
