interface JobNameProps {
  readonly producer: string
  /** What its id says besides: `[fox]`. */
  readonly name: string
}

/** `Picture[fox]`: where there is no room for both, the producer is cut and the key is not. */
export function JobName({ producer, name }: JobNameProps) {
  return (
    <bdi class="job-name">
      {/* Two boxes in a row are read aloud as two words. */}
      <span class="unseen">
        {producer}
        {name}
      </span>
      <span aria-hidden="true">{producer}</span>
      <b aria-hidden="true">{name}</b>
    </bdi>
  )
}
