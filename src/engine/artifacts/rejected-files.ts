import type { ArtifactId, MovieId } from '../../model/id.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import type { Store } from '../../storage/store.js'
import type { ArtifactsOptions } from '../config/requests.js'
import { OutputBlob } from '../outputs/output-blob.js'
import { rejectedAnswers } from './rejected-answers.js'

/** What is written as a file: an output of an answer, by the id that it would have as an artifact, or its text. */
type AnswerFile = Pick<ArtifactRecord, 'artifactId' | 'value' | 'blob'>

/** The outputs of rejected answers, and the texts of those that no outputs could be read from. @throws like {@link rejectedAnswers} */
export async function* rejectedFiles(
  store: Store,
  movieId: MovieId,
  options: ArtifactsOptions,
): AsyncIterable<AnswerFile> {
  for await (const { jobId, outputs = {}, answer } of rejectedAnswers(store, movieId, options)) {
    if (answer !== undefined) yield { artifactId: `${jobId}` as ArtifactId, value: answer }
    for (const [name, output] of Object.entries(outputs)) {
      const id = `${jobId}.${name}`
      if (Array.isArray(output)) for (const [at, item] of output.entries()) yield file(`${id}[${at}]`, item)
      else yield file(id, output)
    }
  }
}

function file(id: string, output: unknown): AnswerFile {
  const artifactId = id as ArtifactId
  return output instanceof OutputBlob ? { artifactId, blob: output } : { artifactId, value: output as never }
}
