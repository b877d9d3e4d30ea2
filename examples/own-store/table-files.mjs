// The files of a store in a table with the columns path (its key), bytes and writtenAt. Here the table is a Map; with
// a database each method is the statement in its comment.

/** @returns {import('showrunner').StoreFiles} */
export function tableFiles() {
  /** @type {Map<string, { bytes: Buffer, writtenAt: number }>} */
  const rows = new Map()
  return {
    // insert into files … on conflict do nothing
    async create(path, source) {
      const bytes = await wholeOf(source)
      if (rows.has(path)) return 'exists'
      rows.set(path, { bytes, writtenAt: Date.now() })
      return 'created'
    },
    // insert into files … on conflict do update
    async replace(path, source) {
      rows.set(path, { bytes: await wholeOf(source), writtenAt: Date.now() })
    },
    // select length(bytes) from files where path = …
    async size(path) {
      return rows.get(path)?.bytes.length
    },
    // select bytes from files where path = …
    async read(path) {
      return rows.get(path)?.bytes
    },
    // select substring(bytes, …) from files where path = …
    async *readRange(path, from, to) {
      const row = rows.get(path)
      if (row === undefined) throw new Error(`${path} is not there`)
      if (from < to) yield row.bytes.subarray(from, to)
    },
    // select path from files where path like 'folder/%', cut off after the next "/"
    async names(folder) {
      const start = folder === '' ? '' : `${folder}/`
      const below = [...rows.keys()]
        .filter(path => path.startsWith(start))
        .map(path => path.slice(start.length))
      return [...new Set(below.map(path => path.slice(0, path.indexOf('/') + 1) || path))]
    },
    // select path, length(bytes), writtenAt from files where path like 'folder/%'
    async *list(folder) {
      const start = folder === '' ? '' : `${folder}/`
      for (const [path, { bytes, writtenAt }] of rows) {
        if (path.startsWith(start)) yield { path, sizeBytes: bytes.length, modifiedAtMs: writtenAt }
      }
    },
    // delete from files where path = …
    async delete(path) {
      rows.delete(path)
    },
  }
}

/** @param {Uint8Array | AsyncIterable<Uint8Array>} source */
async function wholeOf(source) {
  // A copy: the caller may use its buffer again.
  if (source instanceof Uint8Array) return Buffer.from(source)
  const chunks = []
  for await (const chunk of source) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
