import { Graph, layout } from '@dagrejs/dagre'
import type { ProducerData } from '../../../src/ui/page-data.ts'

export const NODE_WIDTH = 196
export const NODE_HEIGHT = 64

export interface GraphLayout {
  readonly width: number
  readonly height: number
  readonly nodes: readonly { readonly producer: ProducerData; readonly x: number; readonly y: number }[]
  readonly edges: readonly { readonly from: string; readonly to: string; readonly path: string }[]
}

/** Places producers, those that are read before those that read them. */
export function graphLayout(producers: readonly ProducerData[], isUpright: boolean): GraphLayout {
  const graph = new Graph()
  graph.setGraph({ rankdir: isUpright ? 'TB' : 'LR', nodesep: 24, ranksep: 56, marginx: 8, marginy: 8 })
  graph.setDefaultEdgeLabel(() => ({}))
  const names = new Set(producers.map(({ name }) => name))
  for (const { name } of producers) graph.setNode(name, { width: NODE_WIDTH, height: NODE_HEIGHT })
  for (const { name, reads } of producers)
    for (const read of reads) if (names.has(read) && read !== name) graph.setEdge(read, name)
  layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  return {
    width,
    height,
    nodes: producers.map(producer => {
      const { x, y } = graph.node(producer.name)
      return { producer, x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }
    }),
    edges: graph.edges().map(edge => ({
      from: edge.v,
      to: edge.w,
      path: curve(graph.edge(edge).points ?? []),
    })),
  }
}

/** Through the middles of the points, so that it has no corners. */
function curve(points: readonly { x: number; y: number }[]): string {
  const [first, ...rest] = points
  if (first === undefined) return ''
  let path = `M${first.x},${first.y}`
  for (const [at, point] of rest.entries()) {
    const next = rest[at + 1]
    path += next
      ? ` Q${point.x},${point.y} ${(point.x + next.x) / 2},${(point.y + next.y) / 2}`
      : ` L${point.x},${point.y}`
  }
  return path
}
