import { useMemo } from 'preact/hooks'
import type { ProducerData } from '../../../src/ui/page-data.ts'
import { formatCount } from '../data/format.ts'
import type { PageState } from '../data/page-state.ts'
import { Scrolled } from '../frame/scrolled.tsx'
import { Segments } from '../frame/segments.tsx'
import { graphLayout, NODE_HEIGHT, NODE_WIDTH } from './graph-layout.ts'

const UPRIGHT_BELOW_PX = 700

/** Producers and what they read, by producer and never by job. */
export function ProducerGraph({ state }: { readonly state: PageState }) {
  const producers = state.data.value?.producers ?? []
  const shape = JSON.stringify(producers.map(({ name, reads }) => [name, reads]))
  const { width, height, nodes, edges } = useMemo(
    () => graphLayout(producers, innerWidth < UPRIGHT_BELOW_PX),
    [shape],
  )
  const current = new Map(producers.map(producer => [producer.name, producer]))
  return (
    <Scrolled label="Graph of producers" kind="graph">
      <div class="plane" style={{ width: `${width}px`, height: `${height}px` }}>
        <svg width={width} height={height} aria-hidden="true">
          <defs>
            <marker
              id="arrow"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M0,0 L8,4 L0,8 z" />
            </marker>
          </defs>
          {edges.map(({ from, to, path }) => (
            <path key={`${from} ${to}`} class="edge" d={path} marker-end="url(#arrow)" />
          ))}
        </svg>
        {nodes.map(({ producer, x, y }) => (
          <Node
            key={producer.name}
            state={state}
            producer={current.get(producer.name) ?? producer}
            x={x}
            y={y}
          />
        ))}
      </div>
    </Scrolled>
  )
}

interface NodeProps {
  readonly state: PageState
  readonly producer: ProducerData
  readonly x: number
  readonly y: number
}

function Node({ state, producer, x, y }: NodeProps) {
  const { name, provider, model, loops, total, states, active, reads } = producer
  const extent = loops.map(({ name: loop, size }) => `${loop} × ${formatCount(size)}`).join(', ')
  return (
    <button
      type="button"
      class="node"
      style={{ left: `${x}px`, top: `${y}px`, width: `${NODE_WIDTH}px`, height: `${NODE_HEIGHT}px` }}
      title={[provider, model, extent].filter(Boolean).join(' · ')}
      aria-label={`${name}, reads ${reads.join(', ') || 'inputs only'}`}
      onClick={() => state.show('jobs', { producer: name })}
    >
      <b>
        <bdi>{name}</bdi>
      </b>
      <span class="quiet provider">
        <bdi>{provider}</bdi>
      </span>
      <span class="number">
        {formatCount(states.succeeded)} / {formatCount(total)}
      </span>
      <span class="number failed">{states.failed > 0 && `${formatCount(states.failed)} failed`}</span>
      <Segments states={states} active={active ?? 0} total={total} />
    </button>
  )
}
