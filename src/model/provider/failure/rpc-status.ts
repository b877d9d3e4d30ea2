/** The HTTP statuses of `google.rpc.Code`, as gRPC's gateways have them. */
const STATUSES: Readonly<Record<number, number>> = {
  3: 400,
  4: 504,
  5: 404,
  7: 403,
  8: 429,
  9: 400,
  11: 400,
  12: 400,
  13: 500,
  14: 503,
  15: 500,
  16: 401,
}

/** The HTTP status that a code of gRPC stands for; undefined for those that say nothing of the request. */
export const statusOfRpc = (code: number): number | undefined => STATUSES[code]
