import { NOTEBOOK_MAX_BYTES, toPromptText } from '@bakerst/contracts';
import type { Section } from './ports.ts';

const KB = 1_024;

/** The sections as one Markdown document: each begins with its name after `## `. */
export function toDocument(sections: readonly Section[]): string {
  return sections.map(toMarkdown).join('\n');
}

/** UTF-8 bytes of the document. */
export function sizeOf(sections: readonly Section[]): number {
  return Buffer.byteLength(toDocument(sections));
}

/** UTF-8 bytes of a section with its heading. */
export function sizeOfSection(section: Section): number {
  return Buffer.byteLength(toMarkdown(section));
}

export function toPercent(bytes: number): number {
  return Math.round((bytes / NOTEBOOK_MAX_BYTES) * 100);
}

/** One line for each section, and how much room there is (BT-70). */
export function toContents(sections: readonly Section[]): string {
  const lines = sections.map((section) => {
    const pin = section.isPinned ? ' [pinned]' : '';
    return `- **${section.name}** (${toKb(sizeOfSection(section))} KB)${pin}`;
  });
  const total = `Total: ${toKb(sizeOf(sections))} / ${toKb(NOTEBOOK_MAX_BYTES)} KB`;
  return [...lines, total].join('\n');
}

/** What the prompt always says of the notebook. */
export function describeNotebook(sections: readonly Section[]): string {
  const about =
    sections.length === 0 ? 'It has no sections yet.' : 'Its sections, which `read_memory` gives:';
  return `# Notebook of this person\n\n${about}\n\n${toContents(sections)}`;
}

/**
 * Text as a section keeps it. A line that would begin another section becomes a heading below it: the document always
 * divides into the sections that it was made of.
 */
export function toContent(text: string): string {
  return toPromptText(text.toWellFormed()).replaceAll(/^## /gm, '### ').trim();
}

function toMarkdown({ name, content }: Section): string {
  return `## ${name}\n\n${content}\n`;
}

function toKb(bytes: number): string {
  return (bytes / KB).toFixed(1);
}
