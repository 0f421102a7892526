import { useState } from 'react';
import { Button } from '../components/button.tsx';
import { PageColumn, PageFrame } from '../components/page-frame.tsx';
import { texts } from '../texts/index.ts';
import { FactsView } from './facts-view.tsx';
import { NotebookView } from './notebook-view.tsx';

const VIEWS = ['facts', 'notebook'] as const;
type View = (typeof VIEWS)[number];

/** `/memory`: what Baker remembers, and what it and its user write down. */
export function MemoryPage() {
  const [view, setView] = useState<View>('facts');
  return (
    <PageFrame
      title={texts.memory.title}
      actions={
        <fieldset aria-label={texts.memory.title} className="flex gap-1">
          {VIEWS.map((name) => (
            <Button
              key={name}
              look={name === view ? 'plain' : 'quiet'}
              aria-pressed={name === view}
              onClick={() => setView(name)}
            >
              {texts.memory[name]}
            </Button>
          ))}
        </fieldset>
      }
    >
      <PageColumn>{view === 'facts' ? <FactsView /> : <NotebookView />}</PageColumn>
    </PageFrame>
  );
}
