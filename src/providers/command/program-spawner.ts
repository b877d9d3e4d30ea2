import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { compiledModule } from '../../model/compiled-module.js'
import { WorkerLostError } from '../../model/error/worker-lost-error.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import { shortageOf } from '../../model/shortage/shortage-of.js'
import { encodeFrame, FrameReader } from './spawn-frame.js'

/** What the spawner says about one program. */
export interface SpawnedProgram {
  onFrame(type: number, payload: Buffer): void
  /** The spawner is gone, and nothing more is heard of the program. */
  onLost(error: Error): void
}

/**
 * This thread's end of a spawner, the small process that starts its programs. It is started with the first
 * program, and again when it has died.
 */
export class ProgramSpawner {
  readonly #programs = new Map<number, SpawnedProgram>()
  #process: ChildProcess | undefined
  #lastNumber = 0
  #outgoing: Buffer[] = []

  /** Registers a program; its first frame is to be sent next. */
  add(program: SpawnedProgram): number {
    const number = ++this.#lastNumber
    this.#programs.set(number, program)
    this.#process ??= this.#started()
    if (this.#programs.size === 1) hold(this.#process)
    return number
  }

  remove(number: number): void {
    if (this.#programs.delete(number) && this.#programs.size === 0 && this.#process) release(this.#process)
  }

  /** Frames of one turn go out together. */
  send(type: number, program: number, payload?: Uint8Array | string): void {
    if (this.#outgoing.length === 0) queueMicrotask(() => this.#flush())
    this.#outgoing.push(encodeFrame(type, program, payload))
  }

  #flush(): void {
    const frames = this.#outgoing
    this.#outgoing = []
    this.#process?.stdin?.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames))
  }

  #started(): ChildProcess {
    const reader = new FrameReader((type, number, payload) =>
      this.#programs.get(number)?.onFrame(type, payload),
    )
    const child = spawn(
      process.execPath,
      [...SMALL, fileURLToPath(compiledModule('providers/command/spawner-main.js'))],
      { env: environment(), stdio: ['pipe', 'pipe', 'inherit'], detached: true },
    )
    child.once('error', error => this.#lost(child, cannotStart(error)))
    // Node gives no pipes when there was no file descriptor for them; then the error follows.
    if (!child.stdout) return child
    child.stdout.on('data', (chunk: Buffer) => reader.feed(chunk))
    child.stdout.on('error', () => {})
    child.stdin!.on('error', () => {})
    child.once('close', (exitCode, signal) => {
      const how = signal === null ? `it exited with ${exitCode}` : `it was ended by ${signal}`
      const message = `The process that starts the programs of this thread ended before the job did: ${how}.`
      this.#lost(child, new WorkerLostError(message, this.#programs.size === 1))
    })
    child.unref()
    release(child)
    return child
  }

  #lost(child: ChildProcess, error: Error): void {
    if (this.#process !== child) return
    this.#process = undefined
    this.#outgoing = []
    const programs = [...this.#programs.values()]
    this.#programs.clear()
    for (const program of programs) program.onLost(error)
  }
}

/** Keeps the heap, and with it the price of a fork, small. */
const SMALL = ['--max-semi-space-size=1', '--single-threaded']

/** Nothing of NODE_OPTIONS, which is meant for the user's program; the folder for temporary files. */
function environment(): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const name of ['TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'PATH']) {
    const value = process.env[name]
    if (value !== undefined) passed[name] = value
  }
  if (process.versions.electron !== undefined) passed.ELECTRON_RUN_AS_NODE = '1'
  return passed
}

/** Its pipes keep the thread alive while a program runs, and only then. */
function hold(child: ChildProcess): void {
  ;(child.stdout as Socket | undefined)?.ref()
}

function release(child: ChildProcess): void {
  ;(child.stdin as Socket).unref()
  ;(child.stdout as Socket).unref()
}

function cannotStart(error: NodeJS.ErrnoException): Error {
  const message = `The process that starts programs (${process.execPath}) cannot be started: ${error.message}.`
  return new ProviderError(shortageOf(error) ? 'overloaded' : 'invalid', message, { cause: error })
}
