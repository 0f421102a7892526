import type { NotebookSectionView } from '@bakerst/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../client.ts';
import { keys } from '../live/query-keys.ts';

export type Section = NotebookSectionView;

export function useNotebook() {
  const client = useClient();
  return useQuery({ queryKey: keys.notebook, queryFn: () => client.getNotebook() });
}

interface SectionWrite {
  readonly name: string;
  readonly content?: string;
  readonly pinned?: boolean;
  /** As it was seen; null for a section that is not to be there yet. */
  readonly seen?: string | null;
}

export function useNotebookActions() {
  const client = useClient();
  const queries = useQueryClient();
  const onSettled = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.notebook });
  return {
    write: useMutation({
      mutationFn: ({ name, seen, ...change }: SectionWrite) =>
        client.writeSection(name, {
          ...change,
          ...(seen !== undefined && { expected_updated_at: seen }),
        }),
      onSettled,
    }),
    remove: useMutation({
      mutationFn: ({ name, seen }: { readonly name: string; readonly seen: string }) =>
        client.deleteSection(name, { expected_updated_at: seen }),
      onSettled,
    }),
  };
}
