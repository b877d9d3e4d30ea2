import { expect, test } from 'vitest'
import { artifactFileName } from '../../src/cli/artifact-file-name.js'
import type { ArtifactRecord } from '../../src/model/manifest.js'

const named = (mimeType: string): string =>
  artifactFileName({
    artifactId: 'Producer:Picture[3].Image',
    hash: '',
    blob: { hash: '', sizeBytes: 1, mimeType },
  } as unknown as ArtifactRecord)

test.each(['constructor', 'toString', '__proto__', 'application/x-own'])(
  'a type that the table does not have, "%s", is bytes',
  mimeType => {
    expect(named(mimeType)).toBe('Picture-3.Image.bin')
  },
)
