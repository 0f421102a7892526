import { X } from 'lucide-react';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { texts } from '../texts/index.ts';
import { Button, IconButton } from './button.tsx';

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

const SHOWN_MS = 12_000;

export function NoticeProvider({ children }: { readonly children: ReactNode }) {
  const [notice, setNotice] = useState<Notice>();
  const close = useCallback(() => setNotice(undefined), []);
  useEffect(() => {
    if (notice === undefined) return;
    const timer = setTimeout(close, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice, close]);
  const show = useMemo<ShowNotice>(() => setNotice, []);
  return (
    <NoticeContext value={show}>
      {children}
      <div
        role="status"
        aria-live="polite"
        className="fixed inset-x-0 bottom-24 z-40 flex justify-center px-3 empty:hidden"
      >
        {notice !== undefined && <Shown notice={notice} onClose={close} />}
      </div>
    </NoticeContext>
  );
}

interface ShownProps {
  readonly notice: Notice;
  readonly onClose: () => void;
}

function Shown({ notice: { text, onUndo, isBad = false }, onClose }: ShownProps) {
  return (
    <div
      className={`flex max-w-lg items-center gap-2 rounded-xl border border-line py-1.5 ps-4 pe-1.5 text-sm shadow-lg ${isBad ? 'bg-bad-soft' : 'bg-raised'}`}
    >
      <span className="grow">{text}</span>
      {onUndo !== undefined && (
        <Button
          look="quiet"
          onClick={() => {
            onUndo();
            onClose();
          }}
        >
          {texts.undo}
        </Button>
      )}
      <IconButton label={texts.close} onClick={onClose}>
        <X size={16} />
      </IconButton>
    </div>
  );
}
