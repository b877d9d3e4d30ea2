import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { ProgramEnd, SpawnRequest } from './spawn-frame.js'

/** Time a `command` has to end after SIGTERM before its process group gets SIGKILL. */
const PROCESS_GRACE_MS = 2_000

const STDERR_TAIL_CHARS = 4_096
/** Output that was read from a program and not yet taken by the thread. */
const OUTPUT_WINDOW_BYTES = 1024 * 1024

export interface ProgramProcessOwner {
  onOutput(bytes: Buffer): void
  /** The program has read what it was given. */
  onInputWanted(): void
  onEnded(end: ProgramEnd): void
}

/**
 * A running program, the leader of a process group of its own. What it leaves behind in its group when it ends
 * is ended as well: SIGTERM, and SIGKILL after PROCESS_GRACE_MS.
 */
export class ProgramProcess {
  readonly pid: number
  readonly #child: ChildProcess
  readonly #owner: ProgramProcessOwner
  #openBytes = 0
  #timer: NodeJS.Timeout | undefined
  #isUnwanted = false
  #isCut = false

  /** @param child one that has a pid, which means that its program runs */
  constructor(child: ChildProcess, owner: ProgramProcessOwner) {
    this.#child = child
    this.#owner = owner
    this.pid = child.pid!
    const stderr = tailOf(child.stderr!)
    child.stdout?.on('data', (bytes: Buffer) => this.#output(bytes))
    // A program may well end without reading all of its input.
    child.stdin?.on('error', () => {})
    child.once('exit', () => this.#leaderEnded())
    child.once('close', (exitCode: number | null, exitSignal: NodeJS.Signals | null) => {
      clearTimeout(this.#timer)
      owner.onEnded({ exitCode, exitSignal, stderr: stderr(), isCut: this.#isCut })
    })
  }

  input(bytes: Buffer): void {
    this.#child.stdin?.write(bytes, error => {
      if (!error) this.#owner.onInputWanted()
    })
  }

  inputEnd(): void {
    this.#child.stdin?.end()
  }

  /** The thread has taken so many bytes of the output. */
  taken(sizeBytes: number): void {
    this.#openBytes -= sizeBytes
    if (this.#openBytes < OUTPUT_WINDOW_BYTES) this.#child.stdout?.resume()
  }

  /** Ends the group; nobody reads what it still has to say. */
  end(): void {
    this.#isUnwanted = true
    this.#child.stdout?.resume()
    this.#endGroup()
    if (this.#hasLeaderEnded) this.kill()
  }

  /** Ends the group at once. */
  kill(): void {
    this.#isUnwanted = true
    killGroup(this.pid, 'SIGKILL')
    if (this.#hasLeaderEnded) this.#closePipes()
    else this.#child.stdout?.resume()
  }

  get #hasLeaderEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  #output(bytes: Buffer): void {
    if (this.#isUnwanted) return
    this.#openBytes += bytes.byteLength
    if (this.#openBytes >= OUTPUT_WINDOW_BYTES) this.#child.stdout!.pause()
    this.#owner.onOutput(bytes)
  }

  #leaderEnded(): void {
    if (this.#isUnwanted) this.kill()
    else this.#endGroup()
  }

  /** A descendant may hold the pipes open for ever, so they are closed when the time to end is over. */
  #endGroup(): void {
    killGroup(this.pid, 'SIGTERM')
    this.#timer ??= setTimeout(() => this.#endOverdue(), PROCESS_GRACE_MS)
  }

  #endOverdue(): void {
    killGroup(this.pid, 'SIGKILL')
    // A thread that takes its time still gets all of the output.
    if (this.#child.stdout?.isPaused() && !this.#isUnwanted)
      this.#timer = setTimeout(() => this.#endOverdue(), PROCESS_GRACE_MS)
    else if (this.#hasLeaderEnded) this.#closePipes()
    else this.#child.once('exit', () => this.#closePipes())
  }

  #closePipes(): void {
    const { stdout, stderr } = this.#child
    if (stdout && !stdout.readableEnded) this.#isCut = true
    stdout?.destroy()
    stderr?.destroy()
  }
}

/** Starts a program without a shell. Its pid is undefined when that has failed; then an `error` follows. */
export function startProgram(request: SpawnRequest, cwd: string): ChildProcess {
  const { command, args, env, hasInput, hasOutput } = request
  const stdio = [hasInput ? 'pipe' : 'ignore', hasOutput ? 'pipe' : 'ignore', 'pipe'] as const
  return spawn(command, args, { cwd, env, stdio: [...stdio], detached: true })
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // The group is gone.
  }
}

function tailOf(stream: Readable): () => string {
  let tail = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-STDERR_TAIL_CHARS)
  })
  return () => tail
}
