/** `Picture[fox]`: where there is no room for both, the producer is cut and the key is not. */
export function JobName({ producer, name }: { readonly producer: string; readonly name: string }) {
  return (
    <bdi class="job-name">
      <span>{producer}</span>
      <b>{name}</b>
    </bdi>
  )
}
