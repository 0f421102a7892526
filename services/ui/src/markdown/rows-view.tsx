import { createContext, memo, useContext } from 'react';
import remend from 'remend';
import {
  Block,
  type Components,
  defaultComponents,
  defaultRehypePlugins,
  defaultRemarkPlugins,
} from 'streamdown';
import { components, type ElementProps, ScrolledTable, toNode } from './elements.tsx';
import type { Rows } from './split-rows.ts';

interface RowsViewProps {
  readonly rows: Rows;
  /** It is still being written. */
  readonly isOpen: boolean;
}

/** A long list or table that grows: only its last items or rows are set anew. */
export function RowsView({ rows: { kind, head, lead, text }, isOpen }: RowsViewProps) {
  const pieces = [...lead, text].map((piece, place) => (
    <Piece
      key={place}
      text={head + piece}
      look={kind === 'list' ? LIST : place === 0 ? FIRST_ROWS : FURTHER_ROWS}
      isOpen={isOpen && place === lead.length}
    />
  ));
  if (kind === 'table') return <ScrolledTable>{pieces}</ScrolledTable>;
  const [, number] = /^(\d+)/.exec(lead[0] ?? text) ?? [];
  return number === undefined ? <ul>{pieces}</ul> : <ol start={Number(number)}>{pieces}</ol>;
}

interface PieceProps {
  readonly text: string;
  readonly look: Components;
  readonly isOpen: boolean;
}

const remarkPlugins = Object.values(defaultRemarkPlugins);
const rehypePlugins = Object.values(defaultRehypePlugins);

const Piece = memo(function Piece({ text, look, isOpen }: PieceProps) {
  return (
    <Block
      content={isOpen ? remend(text) : text}
      components={look}
      remarkPlugins={remarkPlugins}
      rehypePlugins={rehypePlugins}
      shouldParseIncompleteMarkdown={isOpen}
      shouldNormalizeHtmlIndentation={false}
      isIncomplete={isOpen}
      index={0}
    />
  );
});

/** True inside of the list whose items a piece holds. */
const InItems = createContext(false);

interface ListProps extends ElementProps {
  readonly Tag: 'ul' | 'ol';
}

/** The list around the items is there already; one within an item is a list. */
function List({ Tag, children }: ListProps) {
  const isWithin = useContext(InItems);
  if (isWithin) return <Tag>{toNode(children)}</Tag>;
  return <InItems value={true}>{toNode(children)}</InItems>;
}

function Inside({ children }: ElementProps) {
  return toNode(children);
}

function Nothing() {
  return null;
}

const all: Components = { ...defaultComponents, ...components };
const LIST: Components = {
  ...all,
  ul: (props: ElementProps) => <List Tag="ul" {...props} />,
  ol: (props: ElementProps) => <List Tag="ol" {...props} />,
};
const FIRST_ROWS: Components = { ...all, table: Inside };
const FURTHER_ROWS: Components = { ...FIRST_ROWS, thead: Nothing };
