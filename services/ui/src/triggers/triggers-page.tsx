import { CollectionPage } from '../components/collection-page.tsx';
import { texts } from '../texts/index.ts';
import { NewTrigger } from './trigger-form.tsx';
import { TriggerRow } from './trigger-row.tsx';
import { useTriggers } from './use-triggers.ts';

/** `/triggers`: what Baker does when somebody outside says so. */
export function TriggersPage() {
  const { title, create, none } = texts.triggers;
  return (
    <CollectionPage
      title={title}
      create={create}
      none={none}
      list={useTriggers()}
      form={(close) => <NewTrigger onDone={close} />}
    >
      {(trigger) => <TriggerRow key={trigger.id} trigger={trigger} />}
    </CollectionPage>
  );
}
