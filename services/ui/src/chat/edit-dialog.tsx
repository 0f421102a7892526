import { MESSAGE_MAX_CHARS } from '@bakerst/contracts';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Button } from '../components/button.tsx';
import { Modal } from '../components/modal.tsx';
import { Failure } from '../components/states.tsx';
import { texts } from '../texts/index.ts';
import type { Question } from './thread.ts';
import { useThreadActions } from './thread-actions.tsx';

interface EditDialogProps {
  readonly question: Question;
  readonly onClose: () => void;
}

export function EditDialog({ question, onClose }: EditDialogProps) {
  const [text, setText] = useState(question.text);
  const { fork } = useThreadActions();
  const send = useMutation({ mutationFn: () => fork(question, text), onSuccess: onClose });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <Modal title={texts.chat.edit} onClose={onClose}>
      <form onSubmit={submit}>
        <textarea
          aria-label={texts.chat.message}
          dir="auto"
          rows={5}
          required
          maxLength={MESSAGE_MAX_CHARS}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="w-full rounded-lg border border-strong-line bg-ground px-3 py-2"
        />
        <p className="mt-1 text-xs text-soft">{texts.chat.editHint}</p>
        {send.isError && <Failure error={send.error} />}
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button look="main" type="submit" disabled={send.isPending || text.trim() === ''}>
            {texts.chat.editSend}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
