import type { CommandContext } from '@bakerst/commands';
import { MESSAGE_MAX_CHARS } from '@bakerst/contracts';
import { ArrowUp, Paperclip, Square } from 'lucide-react';
import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef } from 'react';
import { CommandCompletion, useCompletion } from '../commands/command-completion.tsx';
import { Button, IconButton } from '../components/button.tsx';
import { useIsNarrow } from '../components/use-is-narrow.ts';
import { texts } from '../texts/index.ts';
import { AttachmentChips } from './attachment-chips.tsx';
import { BusyChoice, type OnBusyChoice } from './busy-choice.tsx';
import type { Uploads } from './use-attachments.ts';

export interface ComposerProps {
  /** The conversation that it is written in. */
  readonly place: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly uploads: Uploads;
  /** Where slash commands are given. */
  readonly context: CommandContext;
  readonly onSend: () => void;
  /** Stops the run that is on; undefined while none is. */
  readonly onStop: (() => void) | undefined;
  readonly onBusy: OnBusyChoice;
  readonly onOnBusy: (choice: OnBusyChoice) => void;
  /** A run of the user is on, here or in another conversation. */
  readonly isBusy: boolean;
}

/** Where a message is written. Enter sends it, with shift it makes a new line. */
export function Composer(props: ComposerProps) {
  const { place, text, onText, uploads, onSend, isBusy, context } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const completion = useCompletion(text, { context, onText });
  const isNarrow = useIsNarrow();
  useEffect(() => {
    // On a phone the keyboard would cover what one came to read.
    if (!isNarrow) field.current?.focus();
  }, [isNarrow, place]);
  const onKeyDown = (event: KeyboardEvent): void => {
    // A key that only ends the composition of a character sends nothing.
    if (event.nativeEvent.isComposing || completion.onKeyDown(event)) return;
    // A keyboard on the screen has no shift to make a new line with.
    if (event.key !== 'Enter' || event.shiftKey || matchMedia('(pointer: coarse)').matches) return;
    event.preventDefault();
    onSend();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const { files } = event.clipboardData;
    if (files.length === 0) return;
    event.preventDefault();
    uploads.add(files);
  };
  return (
    <div className="relative mx-auto w-full max-w-3xl px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      <CommandCompletion completion={completion} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSend();
        }}
        className="rounded-2xl border border-strong-line bg-raised shadow-sm focus-within:border-accent"
      >
        {isBusy && <BusyChoice value={props.onBusy} onChange={props.onOnBusy} />}
        <AttachmentChips uploads={uploads.uploads} remove={uploads.remove} />
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          aria-label={texts.chat.message}
          placeholder={texts.chat.placeholder}
          value={text}
          onChange={(event) => onText(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          {...completion.field}
          className="block max-h-[40vh] min-h-12 w-full resize-none bg-transparent px-4 py-3 outline-none field-sizing-content"
        />
        <Buttons {...props} />
      </form>
    </div>
  );
}

function Buttons({ text, uploads, onStop }: ComposerProps) {
  const isTooLong = text.length > MESSAGE_MAX_CHARS;
  const hasMessage = text.trim() !== '';
  return (
    <div className="flex items-center gap-1 px-2 pb-2">
      <AttachButton onFiles={uploads.add} />
      <span
        className="grow px-1 text-xs text-bad"
        role={isTooLong || uploads.hasFailed ? 'alert' : undefined}
      >
        {isTooLong && texts.chat.tooLong(text.length, MESSAGE_MAX_CHARS)}
        {uploads.hasFailed && texts.chat.notUploaded}
      </span>
      {onStop !== undefined && (
        <IconButton label={texts.chat.stop} onClick={onStop} className="border border-line">
          <Square size={14} fill="currentColor" />
        </IconButton>
      )}
      <Button
        look="main"
        type="submit"
        aria-label={texts.chat.send}
        title={texts.chat.send}
        disabled={!hasMessage || isTooLong || uploads.isUploading || uploads.hasFailed}
        className="size-9 px-0"
      >
        <ArrowUp size={18} aria-hidden />
      </Button>
    </div>
  );
}

function AttachButton({ onFiles }: { readonly onFiles: (files: Iterable<File>) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton label={texts.chat.attach} onClick={() => input.current?.click()}>
        <Paperclip size={17} />
      </IconButton>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-hidden
        tabIndex={-1}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same file can be chosen again.
          event.target.value = '';
        }}
      />
    </>
  );
}
