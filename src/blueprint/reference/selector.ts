/** Which jobs or artifacts of a loop a reference means. */
export type Selector =
  /** `[page]`, `[page-1]`: the consumer's own index plus an offset. */
  | { readonly type: 'loop'; readonly loop: string; readonly offset: number }
  /** `[2]` */
  | { readonly type: 'fixed'; readonly index: number }
  /** `[*]`: all, in index order. */
  | { readonly type: 'all' }
