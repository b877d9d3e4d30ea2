import { LentFolders } from './lent-folders.js'
import { ProgramProcess, startProgram } from './program-process.js'
import { encodeFrame, FRAME, FrameReader, type ProgramEnd, type SpawnRequest } from './spawn-frame.js'

/**
 * Entry of the process that starts the programs of one thread. A fork costs by the memory of the process that
 * forks, so this one stays small, whatever the engine holds. When the thread or the engine is gone, however it
 * ended, the end of standard input says so: all programs are killed, and this process ends.
 */

/** What the system may give again when another program has ended. */
const SHORTAGES = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'])
/** A program waits for room so long; then its job waits in the thread. */
const SHORTAGE_MS = 60_000
const RETRY_MS = 20

interface Waiting {
  readonly program: number
  readonly request: SpawnRequest
  readonly input: Buffer[]
  hasAllInput: boolean
  readonly sinceMs: number
}

const folders = new LentFolders()
const running = new Map<number, ProgramProcess>()
/** Programs for which the system had no room; they try again one by one, also when another one has ended. */
const waiting: Waiting[] = []
let isRetryDue = false
let outgoing: Buffer[] = []

const reader = new FrameReader((type, program, payload) => {
  switch (type) {
    case FRAME.start:
      start({
        program,
        request: JSON.parse(payload.toString()) as SpawnRequest,
        input: [],
        hasAllInput: false,
        sinceMs: performance.now(),
      })
      return
    case FRAME.input:
      if (running.has(program)) running.get(program)!.input(payload)
      else waitingOne(program)?.input.push(Buffer.from(payload))
      return
    case FRAME.inputEnd: {
      running.get(program)?.inputEnd()
      const one = waitingOne(program)
      if (one) one.hasAllInput = true
      return
    }
    case FRAME.taken:
      running.get(program)?.taken(payload.readUInt32LE(0))
      return
    case FRAME.end:
      if (!forget(program)) running.get(program)?.end()
      return
    case FRAME.kill:
      if (!forget(program)) running.get(program)?.kill()
      return
  }
})

const waitingOne = (program: number) => waiting.find(one => one.program === program)

/** A program that still waits to be started is not wanted any more. */
function forget(program: number): boolean {
  const index = waiting.findIndex(one => one.program === program)
  if (index < 0) return false
  waiting.splice(index, 1)
  send(FRAME.failed, program, JSON.stringify({ code: 'ECANCELED', message: 'It was not started.' }))
  return true
}

function start(one: Waiting): void {
  const { program, request } = one
  let lent: string | undefined
  const giveBack = () => {
    if (lent !== undefined) folders.takeBack(lent)
  }
  const failed = (error: NodeJS.ErrnoException) => {
    // Node blames the program when its folder is missing, which somebody may have cleaned away.
    if (lent !== undefined && folders.hasLost(lent)) return start(one)
    giveBack()
    if (SHORTAGES.has(String(error.code)) && performance.now() - one.sinceMs < SHORTAGE_MS) wait(one)
    else {
      const { code, syscall, message } = error
      send(FRAME.failed, program, JSON.stringify({ code, syscall, message }))
    }
  }
  try {
    if (request.cwd === undefined) lent = folders.lend()
    const child = startProgram(request, request.cwd ?? lent!)
    if (child.pid === undefined) {
      child.once('error', failed)
      return
    }
    const process = new ProgramProcess(child, {
      onOutput: bytes => send(FRAME.output, program, bytes),
      onInputWanted: () => send(FRAME.inputWanted, program),
      onEnded: end => {
        giveBack()
        ended(program, end)
      },
    })
    running.set(program, process)
    const pid = Buffer.alloc(4)
    pid.writeUInt32LE(process.pid)
    send(FRAME.started, program, pid)
    // Before the next one starts: what is told of no thread can be ended by nobody when this process is killed.
    flush()
    for (const bytes of one.input) process.input(bytes)
    if (one.hasAllInput) process.inputEnd()
  } catch (error) {
    failed(error as NodeJS.ErrnoException)
  }
}

function ended(program: number, end: ProgramEnd): void {
  running.delete(program)
  send(FRAME.ended, program, JSON.stringify(end))
  startWaiting()
}

function wait(one: Waiting): void {
  waiting.push(one)
  retryLater()
}

function retryLater(): void {
  if (isRetryDue) return
  isRetryDue = true
  setTimeout(() => {
    isRetryDue = false
    startWaiting()
    if (waiting.length > 0) retryLater()
  }, RETRY_MS)
}

function startWaiting(): void {
  const next = waiting.shift()
  if (next !== undefined) start(next)
}

/** Frames of one turn go out together. */
function send(type: number, program: number, payload: Uint8Array | string = ''): void {
  if (outgoing.length === 0) setImmediate(flush)
  outgoing.push(encodeFrame(type, program, payload))
}

function flush(): void {
  if (outgoing.length === 0) return
  const frames = outgoing
  outgoing = []
  process.stdout.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames))
}

function endAll(): void {
  for (const program of running.values()) program.kill()
  folders.removeAll()
  process.exit()
}

process.stdin.on('data', (chunk: Buffer) => reader.feed(chunk))
process.stdin.on('end', endAll)
process.stdin.on('error', endAll)
process.stdout.on('error', endAll)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, endAll)
