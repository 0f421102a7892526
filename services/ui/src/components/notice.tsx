import { X } from 'lucide-react';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';
import { texts } from '../texts/index.ts';
import { Button, IconButton } from './button.tsx';
import { newKey } from './new-key.ts';
import { toWords } from './states.tsx';

export interface Notice {
  readonly text: string;
  /** What takes it back. */
  readonly onUndo?: () => void;
  readonly isBad?: boolean;
}

type ShowNotice = (notice: Notice) => void;

const NoticeContext = createContext<ShowNotice>(() => undefined);

/** Says what was done, with a way back. */
export function useNotice(): ShowNotice {
  return useContext(NoticeContext);
}

/** Says why something did not work. */
export function useFailureNotice(): (error: unknown) => void {
  const notify = useNotice();
  return useCallback((error) => notify({ text: toWords(error), isBad: true }), [notify]);
}

const SHOWN_MS = 12_000;

/** Those that have not been read yet, each for its time: one more does not take away the way back of another. */
export function NoticeProvider({ children }: { readonly children: ReactNode }) {
  const [notices, setNotices] = useState<readonly (Notice & { readonly key: string })[]>([]);
  const show = useCallback<ShowNotice>(
    (notice) => setNotices((all) => [...all, { ...notice, key: newKey() }]),
    [],
  );
  const close = useCallback(
    (key: string) => setNotices((all) => all.filter((one) => one.key !== key)),
    [],
  );
  return (
    <NoticeContext value={show}>
      {children}
      <div
        role="status"
        aria-live="polite"
        className="fixed inset-x-0 bottom-24 z-40 flex flex-col items-center gap-2 px-3 empty:hidden"
      >
        {notices.map(({ key, ...notice }) => (
          <Shown key={key} name={key} notice={notice} onClose={close} />
        ))}
      </div>
    </NoticeContext>
  );
}

interface ShownProps {
  readonly name: string;
  readonly notice: Notice;
  readonly onClose: (name: string) => void;
}

function Shown({ name, notice: { text, onUndo, isBad = false }, onClose }: ShownProps) {
  // Whoever points at it or has come to it by the keyboard is still reading.
  const [isHeld, setHeld] = useState(false);
  const close = useCallback(() => onClose(name), [onClose, name]);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(close, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isHeld, close]);
  const hold = (): void => setHeld(true);
  const release = (): void => setHeld(false);
  return (
    <fieldset
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocus={hold}
      onBlur={release}
      className={`flex max-w-lg items-center gap-2 rounded-xl border border-line py-1.5 ps-4 pe-1.5 text-sm shadow-lg ${isBad ? 'bg-bad-soft' : 'bg-raised'}`}
    >
      <span className="grow">{text}</span>
      {onUndo !== undefined && (
        <Button
          look="quiet"
          onClick={() => {
            onUndo();
            close();
          }}
        >
          {texts.undo}
        </Button>
      )}
      <IconButton label={texts.close} onClick={close}>
        <X size={16} />
      </IconButton>
    </fieldset>
  );
}
