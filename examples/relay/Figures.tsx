// A list that grows a page at a time, and rows that ask for themselves again in another language.
import { useTransition } from 'react'
import { graphql, useLazyLoadQuery, usePaginationFragment, useRefetchableFragment } from 'react-relay'
import type { FiguresFigureQuery } from './__generated__/FiguresFigureQuery.graphql'
import type { FiguresPageQuery } from './__generated__/FiguresPageQuery.graphql'
import type { FiguresQuery } from './__generated__/FiguresQuery.graphql'
import type { Figures_figure$key } from './__generated__/Figures_figure.graphql'
import type { Figures_list$key } from './__generated__/Figures_list.graphql'

/** The page. */
export function Figures() {
  const query = graphql`
    query FiguresQuery {
      district(slug: "baiyun") {
        name {
          text
        }
        city {
          text
        }
      }
      ...Figures_list
    }
  `
  const data = useLazyLoadQuery<FiguresQuery>(query, {})
  return (
    <>
      <h1>
        {[data.district?.name.text, data.district?.city?.text].filter(Boolean).join(', ')}
      </h1>
      <List of={data} />
    </>
  )
}

function List({ of }: { of: Figures_list$key }) {
  const fragment = graphql`
    fragment Figures_list on Query
    @refetchable(queryName: "FiguresPageQuery")
    @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" }) {
      metrics(where: { district: { eq: "baiyun" }, quantity: { exists: true } }, first: $count, after: $cursor)
        @connection(key: "Figures_metrics", filters: ["where"]) {
        totalCount
        edges {
          node {
            id
            ...Figures_figure
          }
        }
      }
    }
  `
  const { data, hasNext, isLoadingNext, loadNext } = usePaginationFragment<FiguresPageQuery, Figures_list$key>(
    fragment,
    of,
  )
  const { edges, totalCount } = data.metrics
  return (
    <>
      <ul>
        {edges.map(({ node }) => (
          <Figure key={node.id} of={node} />
        ))}
      </ul>
      <p>
        {hasNext && (
          <button type="button" disabled={isLoadingNext} onClick={() => loadNext(10)}>
            More
          </button>
        )}{' '}
        <output>
          {edges.length} of {totalCount}
        </output>
      </p>
    </>
  )
}

function Figure({ of }: { of: Figures_figure$key }) {
  const fragment = graphql`
    fragment Figures_figure on Metric
    @refetchable(queryName: "FiguresFigureQuery")
    @argumentDefinitions(lang: { type: "[String!]" }) {
      name {
        text(lang: $lang)
        language(lang: $lang)
      }
      quantity {
        formatted(lang: $lang)
      }
      period {
        label {
          text(lang: $lang)
        }
      }
      citations {
        locator
        source {
          title {
            text(lang: $lang)
          }
        }
      }
    }
  `
  const [{ name, quantity, period, citations }, refetch] = useRefetchableFragment<FiguresFigureQuery, Figures_figure$key>(
    fragment,
    of,
  )
  const [waiting, startTransition] = useTransition()
  const [citation] = citations
  const other = name.language === 'zh-Hans' ? { tag: 'en', name: 'English' } : { tag: 'zh-Hans', name: '中文' }
  return (
    <li lang={name.language}>
      <span>
        {name.text}
        <strong>{quantity?.formatted}</strong>
        <small>{[period?.label.text, citation?.locator, citation?.source.title.text].filter(Boolean).join(' · ')}</small>
      </span>
      <button
        type="button"
        lang={other.tag}
        disabled={waiting}
        onClick={() => startTransition(() => void refetch({ lang: [other.tag] }))}
      >
        {other.name}
      </button>
    </li>
  )
}
