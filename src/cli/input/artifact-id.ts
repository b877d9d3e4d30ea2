/** `Picture[3].Image` means `Producer:Picture[3].Image`. */
export const wholeArtifactId = (artifact: string): string =>
  artifact.startsWith('Producer:') ? artifact : `Producer:${artifact}`
