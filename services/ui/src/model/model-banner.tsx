import { ApiError } from '@bakerst/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useClient } from '../client.ts';
import { Button } from '../components/button.tsx';
import { Modal } from '../components/modal.tsx';
import { useNotice } from '../components/notice.tsx';
import { Failure } from '../components/states.tsx';
import { keys } from '../live/query-keys.ts';
import { useSession } from '../session/session-gate.tsx';
import { texts } from '../texts/index.ts';

/** Tells whoever may change it that no real model answers yet. */
export function ModelBanner() {
  const client = useClient();
  const { is_owner: isOwner } = useSession();
  const [isAdding, setAdding] = useState(false);
  const [isLater, setLater] = useState(false);
  const settings = useQuery({
    queryKey: [...keys.model, 'settings'],
    enabled: isOwner,
    queryFn: () => client.getModelSettings(),
  });
  if (settings.data?.mode !== 'offline' || isLater) return null;
  return (
    <section
      aria-label={texts.model.add}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-accent-soft px-4 py-1.5 text-sm"
    >
      <p className="grow">{texts.model.offline}</p>
      <Button onClick={() => setAdding(true)}>{texts.model.add}</Button>
      <Button look="quiet" onClick={() => setLater(true)}>
        {texts.model.later}
      </Button>
      {isAdding && <AddKey onClose={() => setAdding(false)} />}
    </section>
  );
}

function AddKey({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const queries = useQueryClient();
  const notify = useNotice();
  const [key, setKey] = useState('');
  const save = useMutation({
    mutationFn: () => client.setModelKey(key.trim()),
    // The key itself is not to stay in the memory of the page.
    gcTime: 0,
    onSuccess() {
      onClose();
      notify({ text: texts.model.saved });
      void queries.invalidateQueries({ queryKey: keys.model });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal title={texts.model.add} onClose={onClose}>
      <form onSubmit={submit}>
        <label className="block text-sm font-medium">
          {texts.model.label}
          <input
            type="password"
            autoComplete="off"
            required
            minLength={8}
            maxLength={512}
            value={key}
            onChange={(event) => setKey(event.target.value)}
            className="mt-1 w-full rounded-lg border border-strong-line bg-ground px-3 py-2 font-mono"
          />
        </label>
        <p className="mt-1 text-xs text-soft">{texts.model.where}</p>
        {save.isError && <Failure error={toRefusal(save.error)} />}
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button look="main" type="submit" disabled={save.isPending}>
            {save.isPending ? texts.model.trying : texts.model.try}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function toRefusal(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.body?.reason !== 'MODEL_KEY_REFUSED') return error;
  return new Error(texts.model.refused);
}
