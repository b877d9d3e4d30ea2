export const KEY_LIMIT_CHARS = 200

/** Why a list has no keys; `row` and `other` are positions in it. */
export type KeyFault =
  | { readonly type: 'missing'; readonly row: number }
  | { readonly type: 'not text'; readonly row: number }
  | { readonly type: 'unfit'; readonly row: number; readonly key: string }
  | { readonly type: 'double'; readonly row: number; readonly other: number; readonly key: string }
