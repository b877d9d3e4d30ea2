import { type Spooled, spool } from '../../src/storage/blob/spool.js'
import type { Bytes } from '../../src/storage/bytes.js'
import type { CreatableObjects, PutOutcome } from '../../src/storage/create-object.js'
import { createObject } from '../../src/storage/create-object.js'
import type { EngineFiles } from '../../src/storage/engine-files.js'
import type { Schedule } from './schedule.js'

/** What goes wrong, each with a rate in [0, 1]. */
export interface NetworkFaults {
  readonly loseRequest: number
  /** The request is carried out, but later than its sender waits. */
  readonly delayRequest: number
  readonly loseAnswer: number
  readonly failLook: number
}

export const FAULTS: NetworkFaults = {
  loseRequest: 0.06,
  delayRequest: 0.06,
  loseAnswer: 0.08,
  failLook: 0.05,
}
export const NO_FAULTS: NetworkFaults = { loseRequest: 0, delayRequest: 0, loseAnswer: 0, failLook: 0 }

/** The objects themselves, and requests that are still under way. */
export class SimulatedServer {
  readonly objects = new Map<string, { readonly bytes: Buffer; readonly nonce: string }>()

  put(key: string, bytes: Buffer, nonce: string, isConditional = true): 'created' | 'conflict' {
    if (isConditional && this.objects.has(key)) return 'conflict'
    this.objects.set(key, { bytes, nonce })
    return 'created'
  }
}

/** One process's way to the server. */
export class SimulatedObjects implements CreatableObjects {
  readonly #server: SimulatedServer
  readonly #schedule: Schedule
  readonly #process: number
  readonly #faults: NetworkFaults

  constructor(server: SimulatedServer, schedule: Schedule, process: number, faults: NetworkFaults) {
    this.#server = server
    this.#schedule = schedule
    this.#process = process
    this.#faults = faults
  }

  async putIfAbsent(key: string, spooled: Spooled, nonce: string): Promise<PutOutcome> {
    const bytes = spooled.body() as Buffer
    const { loseRequest, delayRequest, loseAnswer } = this.#faults
    await this.step()
    if (this.#schedule.chance(loseRequest)) return { state: 'unknown', error: new Error('request lost') }
    if (this.#schedule.chance(delayRequest)) {
      this.#schedule.later(() => void this.#server.put(key, bytes, nonce))
      return { state: 'unknown', error: new Error('timeout') }
    }
    const state = this.#server.put(key, bytes, nonce)
    await this.step()
    return this.#schedule.chance(loseAnswer)
      ? { state: 'unknown', error: new Error('answer lost') }
      : { state }
  }

  async head(key: string): Promise<{ readonly nonce: string } | undefined> {
    await this.step()
    const found = this.#server.objects.get(key)
    await this.step()
    if (this.#schedule.chance(this.#faults.failLook)) throw new Error('look failed')
    return found
  }

  async whole(key: string): Promise<Buffer | undefined> {
    await this.step()
    const found = this.#server.objects.get(key)
    // A reader may scribble into what it gets.
    return found && Buffer.from(found.bytes)
  }

  async names(folder: string): Promise<string[]> {
    await this.step()
    const prefix = `${folder}/`
    return [...this.#server.objects.keys()]
      .filter(key => key.startsWith(prefix))
      .map(key => key.slice(prefix.length))
  }

  step(): Promise<void> {
    return this.#schedule.step(this.#process)
  }
}

/** The files that a segment log needs, made of objects in the way that S3Files makes them. */
export class SimulatedFiles implements EngineFiles {
  readonly objects: SimulatedObjects

  constructor(objects: SimulatedObjects) {
    this.objects = objects
  }

  async create(path: string, bytes: Bytes): Promise<'created' | 'exists'> {
    return await createObject(this.objects, path, await spool(bytes), () => this.objects.step())
  }

  read(path: string): Promise<Buffer | undefined> {
    return this.objects.whole(path)
  }

  names(folder: string): Promise<string[]> {
    return this.objects.names(folder)
  }

  async size(path: string): Promise<number | undefined> {
    return (await this.objects.whole(path))?.length
  }

  replace = unused
  writeThenPlace = unused
  settle = unused
  readRange = unused
  list = unused
  delete = unused
}

function unused(): never {
  throw new Error('A segment log does not need this.')
}
