import * as fs from 'node:fs'

/** Not on every system, whatever the types say. */
export const O_DSYNC: number | undefined = fs.constants.O_DSYNC
