/** Whether lines on it can be replaced: on a terminal, unless it knows no such commands (`TERM=dumb`, as in an editor). */
export const isLiveTerminal = (stream: Pick<NodeJS.WriteStream, 'isTTY'>): boolean =>
  stream.isTTY === true && process.env.TERM !== 'dumb'
