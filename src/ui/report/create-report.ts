import { untilAborted } from '../../model/until-aborted.js'
import { FollowedMovie } from '../history/followed-movie.js'
import { readPageFiles } from '../http/page-files.js'
import type { PageMovie } from '../page-movie.js'
import { reportData } from './report-data.js'
import { reportPage } from './report-page.js'

/** The report of a movie, as HTML. */
export async function createReport(movie: PageMovie, store: string, signal?: AbortSignal): Promise<string> {
  const followed = new FollowedMovie(movie)
  try {
    const files = await readPageFiles()
    await untilAborted(followed.ready, signal)
    return reportPage(files, await untilAborted(reportData(followed, store, Date.now()), signal))
  } finally {
    followed.close()
  }
}
