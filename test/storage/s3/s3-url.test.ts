import { expect, test } from 'vitest'
import { parseS3Url } from '../../../src/storage/s3/s3-url.js'

test('says bucket, prefix and server, and is written back in one way', () => {
  expect(parseS3Url('s3://my-bucket')).toEqual({
    bucket: 'my-bucket',
    prefix: '',
    endpoint: undefined,
    region: undefined,
    forcePathStyle: false,
    url: 's3://my-bucket',
  })
  const text = 's3://my-bucket//a/b/?endpoint=http%3A%2F%2F127.0.0.1%3A9000&region=auto&forcePathStyle=true'
  const location = parseS3Url(text)
  expect(location).toMatchObject({
    bucket: 'my-bucket',
    prefix: 'a/b',
    endpoint: 'http://127.0.0.1:9000',
    region: 'auto',
    forcePathStyle: true,
  })
  expect(parseS3Url(location.url)).toEqual(location)
})

test.each([
  ['s3://', /bucket/],
  ['s3://UPPER', /3 to 63 lower-case/],
  ['s3://ab', /3 to 63 lower-case/],
  ['s3://key:secret@bucket/x', /credentials do not belong/],
  ['s3://bucket/x?region=a&style=b', /not "style"/],
  ['s3://bucket/x?endpoint=127.0.0.1:9000', /starts with http/],
  ['s3://bucket/x?forcePathStyle=yes', /true or false/],
  ['s3://bucket/a//b', /empty part/],
  ['s3://bucket/%zz', /percent-encoded/],
  ['s3://bucket/x?endpoint=http://key:secret@host', /credentials do not belong in its endpoint/],
])('%s is refused', (url, message) => {
  expect(() => parseS3Url(url)).toThrow(message)
  expect(() => parseS3Url(url)).not.toThrow(/secret/)
})
