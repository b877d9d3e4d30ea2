import { existsSync } from 'node:fs'
import { Readable } from 'node:stream'
import { processGroups } from '../../model/process-group.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import { shortageOf } from '../../model/shortage/shortage-of.js'
import { ProgramSpawner } from './program-spawner.js'
import { FRAME, type ProgramEnd, type SpawnRequest, type StartFailure } from './spawn-frame.js'
import { temporaryFailure } from './temporary-failure.js'

export interface ProgramCall<Output> {
  readonly command: string
  readonly args: readonly string[]
  /** Undefined: an empty folder, for this program alone as long as it runs. */
  readonly cwd: string | undefined
  readonly env: Readonly<Record<string, string>>
  readonly stdin: string | undefined
  readonly signal: AbortSignal
  /** Reads standard output; absent: it is thrown away. */
  readonly consume: ((stdout: Readable) => Promise<Output>) | undefined
}

export interface ProgramResult<Output> extends Omit<ProgramEnd, 'isCut'> {
  readonly output: Output | undefined
}

const spawner = new ProgramSpawner()

/**
 * Runs a program without a shell, as the leader of a process group of its own. On abort the whole group gets
 * SIGTERM, and SIGKILL when it is still there after PROCESS_GRACE_MS; then the signal's reason is thrown. What
 * the program leaves behind in its group when it ends is ended in the same way.
 */
export async function runProgram<Output>(call: ProgramCall<Output>): Promise<ProgramResult<Output>> {
  const { signal, consume } = call
  signal.throwIfAborted()
  const program = new RunningProgram(call)
  const onAbort = () => program.send(FRAME.end)
  signal.addEventListener('abort', onAbort)
  try {
    const consumed = consume === undefined ? undefined : settled(consume(program.stdout), program)
    const { exitCode, exitSignal, stderr } = await program.ended
    const output = await consumed
    signal.throwIfAborted()
    if (output?.error !== undefined) throw output.error
    return { exitCode, exitSignal, stderr, output: output?.value }
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Ends the group when its output can not be taken, and keeps the error until the program is gone. */
async function settled<Output>(
  consuming: Promise<Output>,
  program: RunningProgram,
): Promise<{ value?: Output; error?: unknown }> {
  try {
    return { value: await consuming }
  } catch (error) {
    program.send(FRAME.kill)
    return { error }
  }
}

/** Input goes to the spawner in pieces of this size, each when the program has read the one before. */
const INPUT_CHUNK_BYTES = 256 * 1024
/** Output is reported as taken when it is so much. */
const TAKEN_REPORT_BYTES = 256 * 1024

/**
 * The host hears of a program that has run for so long, to end it if this thread cannot. That is a second net:
 * a spawner whose thread is gone ends its programs itself.
 */
const NOTICE_AFTER_MS = 100

/** A program at the spawner, as this thread sees it. */
class RunningProgram {
  /** Rejects when the program could not be started, or the spawner is gone. */
  readonly ended: Promise<ProgramEnd>
  readonly stdout: Readable
  readonly #call: ProgramCall<unknown>
  readonly #number: number
  readonly #input: Buffer | undefined
  #inputOffset = 0
  #untakenBytes = 0
  #pid: number | undefined
  #notice: NodeJS.Timeout | undefined
  #isKnown = false
  #isOver = false
  #resolve!: (end: ProgramEnd) => void
  #reject!: (error: Error) => void

  constructor(call: ProgramCall<unknown>) {
    this.#call = call
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.stdout = new Readable({ read: () => this.#report() })
    // What ends the job is what `ended` rejects with, also when nobody reads.
    this.stdout.on('error', () => {})
    this.#input = call.stdin === undefined ? undefined : Buffer.from(call.stdin)
    this.#number = spawner.add({
      onFrame: (type, payload) => this.#onFrame(type, payload),
      onLost: error => this.#lost(error),
    })
    const { command, args, cwd, env, stdin, consume } = call
    const request: SpawnRequest = {
      command,
      args,
      env,
      ...(cwd !== undefined && { cwd }),
      hasInput: stdin !== undefined,
      hasOutput: consume !== undefined,
    }
    this.send(FRAME.start, JSON.stringify(request))
    if (stdin !== undefined) this.#sendInput()
  }

  send(type: number, payload?: Uint8Array | string): void {
    if (!this.#isOver) spawner.send(type, this.#number, payload)
  }

  #onFrame(type: number, payload: Buffer): void {
    switch (type) {
      case FRAME.started:
        this.#pid = payload.readUInt32LE(0)
        this.#notice = setTimeout(() => this.#publish('started'), NOTICE_AFTER_MS)
        return
      case FRAME.inputWanted:
        this.#sendInput()
        return
      case FRAME.output:
        this.#untakenBytes += payload.byteLength
        this.stdout.push(payload)
        return
      case FRAME.ended: {
        const end = JSON.parse(payload.toString()) as ProgramEnd
        this.#over()
        if (end.isCut) this.stdout.destroy(heldOpen(this.#call.command))
        else this.stdout.push(null)
        this.#resolve(end)
        return
      }
      case FRAME.failed: {
        const failure = JSON.parse(payload.toString()) as StartFailure
        this.#lost(cannotStart(this.#call.command, failure))
        return
      }
    }
  }

  #sendInput(): void {
    if (this.#inputOffset < 0) return
    const end = this.#inputOffset + INPUT_CHUNK_BYTES
    const chunk = this.#input!.subarray(this.#inputOffset, end)
    if (chunk.byteLength > 0) this.send(FRAME.input, chunk)
    this.#inputOffset = end
    if (end < this.#input!.byteLength) return
    this.send(FRAME.inputEnd)
    this.#inputOffset = -1
  }

  #report(): void {
    if (this.#untakenBytes < TAKEN_REPORT_BYTES) return
    const taken = Buffer.alloc(4)
    taken.writeUInt32LE(this.#untakenBytes)
    this.#untakenBytes = 0
    this.send(FRAME.taken, taken)
  }

  #lost(error: Error): void {
    if (this.#pid !== undefined) killGroup(this.#pid)
    this.#over()
    this.stdout.destroy(error)
    this.#reject(error)
  }

  #over(): void {
    this.#isOver = true
    spawner.remove(this.#number)
    clearTimeout(this.#notice)
    if (this.#isKnown) this.#publish('ended')
  }

  #publish(state: 'started' | 'ended'): void {
    this.#isKnown = state === 'started'
    processGroups.publish({ pid: this.#pid!, state })
  }
}

/** The spawner that would have ended it is gone. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It is gone.
  }
}

const heldOpen = (command: string) =>
  new ProviderError(
    'bug',
    `Program "${command}" has ended, but a process that it left behind outside its group holds its output open.`,
  )

function cannotStart(command: string, failure: StartFailure): ProviderError {
  const { code, syscall, message } = failure
  const cause = Object.assign(new Error(message), { code, syscall })
  const ofFolder = syscall?.startsWith('mkd') ? temporaryFailure(cause) : undefined
  if (ofFolder !== undefined) return ofFolder
  const kind = code === 'E2BIG' ? 'too_large' : shortageOf(cause) ? 'overloaded' : 'invalid'
  return new ProviderError(kind, `Program "${command}" ${startProblem(command, failure)}.`, { cause })
}

function startProblem(command: string, { code, message }: StartFailure): string {
  if (code === 'E2BIG') return 'got more arguments than the system takes. Give large texts by config.stdin'
  if (code !== 'ENOENT') return `cannot be started: ${message}`
  return command.includes('/') && existsSync(command)
    ? 'names an interpreter in its first line ("#!…") that was not found'
    : 'was not found. Install it, or give its path in config.command'
}
