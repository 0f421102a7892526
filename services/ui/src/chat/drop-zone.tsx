import { type DragEvent, type ReactNode, useState } from 'react';
import { texts } from '../texts/index.ts';

interface DropZoneProps {
  readonly onFiles: (files: Iterable<File>) => void;
  readonly children: ReactNode;
}

/** A place onto which files can be dropped. */
export function DropZone({ onFiles, children }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button beside the field does the same without a mouse
    <div
      className="relative flex h-full flex-col"
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (event.currentTarget === event.target) setOver(false);
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      }}
    >
      {children}
      {isOver && (
        <div className="pointer-events-none absolute inset-2 z-30 flex items-center justify-center rounded-2xl border-2 border-dashed border-accent bg-ground/85 text-lg font-medium">
          {texts.chat.drop}
        </div>
      )}
    </div>
  );
}
