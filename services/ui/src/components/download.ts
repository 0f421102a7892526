/** Hands a text to the person as a file. */
export function downloadText(name: string, text: string): void {
  download(name, new Blob([text], { type: 'text/plain' }));
}

/** Hands bytes to the person as a file. */
export function download(name: string, bytes: Blob): void {
  const url = URL.createObjectURL(bytes);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of the file by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
