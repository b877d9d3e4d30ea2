/** The id of a request in its batch: from it alone can be told which batch it was meant for. */
export const rowId = (nonce: string, line: number): string => `${nonceDigits(nonce)}_${line}`

/** The part of {@link rowId} that all requests of a batch share. */
export const nonceDigits = (nonce: string): string => nonce.replaceAll('-', '')

/** The digits of the nonce in the id of a request; undefined for an id of somebody else. */
export const nonceOfRowId = (id: unknown): string | undefined =>
  typeof id === 'string' ? /^([0-9a-f]{32})_\d+$/.exec(id)?.[1] : undefined
