import { texts } from '../texts/index.ts';

/** What a conversation shows before anything is said. */
export function Welcome({ onTry }: { readonly onTry: (message: string) => void }) {
  return (
    <div className="flex h-full flex-col items-center justify-center px-4 pb-8">
      <img src="/icon.svg" alt="" className="mb-4 size-14" />
      <h1 className="text-2xl font-semibold">{texts.chat.greeting}</h1>
      <ul
        aria-label={texts.chat.examplesLabel}
        className="mt-8 grid w-full max-w-2xl gap-2 sm:grid-cols-2"
      >
        {texts.chat.examples.map(({ title, message }) => (
          <li key={title}>
            <button
              type="button"
              onClick={() => onTry(message)}
              className="flex h-full w-full flex-col rounded-xl border border-line bg-raised px-4 py-3 text-start transition-colors hover:border-strong-line hover:bg-sunken"
            >
              <span className="text-sm font-medium">{title}</span>
              <span className="mt-0.5 line-clamp-2 text-sm text-soft">{toPreview(message)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function toPreview(message: string): string {
  return message.replaceAll(/```\w*\n?/g, '').trim();
}
