/** What the answer to an attempt says about the load of the service. */
export type ResponseClass =
  /** It did the work. */
  | 'accepted'
  /** It answered, but the request was wrong, which says nothing about its load. */
  | 'answered'
  /** Too many requests. */
  | 'refused'
  /** Busy, broken or too slow. */
  | 'troubled'
  /** It may have seen the request or not. */
  | 'unknown'
