import type { StoreFiles } from '../../storage/store-files.js'

/** Opens a new, empty store. */
export type StoreUnderTest = () => StoreFiles | Promise<StoreFiles>

/** A file's bytes as text; undefined when it is absent. */
export async function textOf(files: StoreFiles, path: string): Promise<string | undefined> {
  const bytes = await files.read(path)
  return bytes && Buffer.from(bytes).toString('utf8')
}

/** A part of a file as text. */
export async function partOf(files: StoreFiles, path: string, from: number, to: number): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of files.readRange(path, from, to)) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

/** Bytes as a stream. */
export async function* inChunks(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk as string)
}
