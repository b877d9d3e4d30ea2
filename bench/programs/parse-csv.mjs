// node parse-csv.mjs FILE: reads a table with csv-parse alone, row by row.
import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'

let rows = 0
for await (const _ of createReadStream(process.argv[2]).pipe(parse())) rows++
if (rows === 0) throw new Error('The table is empty.')
